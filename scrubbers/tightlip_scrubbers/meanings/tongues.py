"""Words for secrets in other languages than English, as they stand in names, forms and messages.

Nouns that compounds are made of stand in `GLUED` as well: German, Dutch and the Nordic languages glue them, Chinese,
Japanese and Korean write no blanks. Romance languages put the noun first: `LEADING`. Transliterations without accents
count, since names of code often lose them. From dictionaries and the login forms of the languages' own sites.
"""

from typing import Final

NOUNS: Final[frozenset[str]] = frozenset(
    {
        # German, Dutch, Danish, Norwegian, Swedish, Icelandic, Finnish, Estonian
        *("passwort", "passwörter", "passwoerter", "kennwort", "kennwörter", "losung", "geheimnis", "zugangsdaten"),
        *("anmeldedaten", "zugangscode", "wachtwoord", "wachtwoorden", "toegangscode", "geheim", "adgangskode"),
        *("kodeord", "passord", "passordet", "lösenord", "losenord", "lösenordet", "lykilorð", "lykilord"),
        *("salasana", "tunnussana", "salasõna", "salasona", "parool"),
        # Spanish, Catalan, Portuguese, Galician, French, Italian, Romanian, Basque
        *("contraseña", "contraseñas", "contrasena", "contrasenas", "contrasenya", "contrasinal", "credenciales"),
        *("senha", "senhas", "credenciais", "segredo", "secreto", "motdepasse", "mdp", "jeton", "jetons", "segreto"),
        *("credenziali", "parolă", "pasahitza"),
        # Polish, Czech, Slovak, Hungarian, Slovenian, Croatian, Serbian, Lithuanian, Turkish, Indonesian
        *("hasło", "haslo", "hasła", "heslo", "heslá", "jelszó", "jelszo", "geslo", "lozinka", "zaporka"),
        *("slaptažodis", "slaptazodis", "şifre", "sifre", "şifresi", "parola", "parolas\u0131", "sandi"),
        # Russian, Ukrainian, Bulgarian, Serbian, Greek, Hebrew
        *("пароль", "пароля", "паролем", "пароли", "парола", "паролата", "лозинка", "секрет", "токен", "κωδικός"),
        *("συνθηματικό", "סיסמה", "סיסמא"),
        # Chinese, Japanese, Korean
        *(
            "密码",
            "密碼",
            "口令",
            "密钥",
            "密鑰",
            "秘钥",
            "令牌",
            "凭证",
            "凭据",
            "私钥",
            "私鑰",
            "パスワード",
            "暗証番号",
        ),
        *("秘密鍵", "トークン", "パスフレーズ", "비밀번호", "암호", "패스워드", "토큰", "비밀키"),
    }
)
"""Nouns that are secrets by themselves."""

GLUED: Final[tuple[str, ...]] = (
    *("passwort", "kennwort", "zugangsdaten", "zugangscode", "wachtwoord", "adgangskode", "passord", "lösenord"),
    *("losenord", "salasana", "motdepasse", "contraseña", "contrasena", "apischlüssel", "apischluessel"),
    *("zugriffsschlüssel", "geheimschlüssel", "пароль", "токен"),
    *("密码", "密碼", "口令", "密钥", "密鑰", "秘钥", "令牌", "凭证", "凭据", "私钥", "私鑰", "パスワード", "暗証番号"),
    *("秘密鍵", "トークン", "비밀번호", "암호", "패스워드", "토큰", "비밀키"),
)
"""Ends of compounds that say it."""

PHRASES: Final[frozenset[tuple[str, ...]]] = frozenset(
    {
        *(("mot", "de", "passe"), ("mots", "de", "passe"), ("code", "secret"), ("código", "secreto")),
        *(("palabra", "clave"), ("palavra", "passe"), ("palavra", "chave"), ("parola", "chiave"), ("clé", "api")),
        *(("parola", "d", "ordine"), ("kata", "sandi"), ("kata", "laluan"), ("mật", "khẩu"), ("mat", "khau")),
        *(("كلمة", "المرور"), ("كلمة", "السر"), ("api", "schlüssel"), ("api", "schluessel"), ("api", "sleutel")),
        *(("privater", "schlüssel"), ("geheimer", "schlüssel"), ("κωδικός", "πρόσβασης"), ("секретный", "ключ")),
        *(
            ("api", "ключ"),
            ("ключ", "доступа"),
            ("ключ", "api"),
            ("закрытый", "ключ"),
            ("api", "密鑰"),
            ("api", "キー"),
        ),
        *(("api", "키"), ("klucz", "api"), ("api", "anahtar\u0131"), ("salasana", "uudelleen")),
    }
)
"""Words that say it together, at the end of a name."""

LEADING: Final[frozenset[tuple[str, ...]]] = frozenset(
    {
        *(("contraseña",), ("contrasena",), ("senha",), ("mdp",), ("motdepasse",), ("wachtwoord",), ("пароль",)),
        *(("mot", "de", "passe"), ("mots", "de", "passe"), ("clave", "secreta"), ("clave", "privada")),
        *(
            ("clave", "api"),
            ("clave", "de", "api"),
            ("clave", "de", "acceso"),
            ("clave", "acceso"),
            ("llave", "privada"),
        ),
        *(
            ("chave", "secreta"),
            ("chave", "privada"),
            ("chave", "api"),
            ("chave", "de", "api"),
            ("chave", "de", "acesso"),
        ),
        *(("clé", "secrète"), ("cle", "secrete"), ("clé", "privée"), ("cle", "privee"), ("clé", "api"), ("cle", "api")),
        *(("clé", "d", "api"), ("clé", "d", "accès"), ("jeton", "d"), ("jeton",), ("chiave", "segreta")),
        *(("chiave", "privata"), ("chiave", "api"), ("chiave", "di", "accesso"), ("codice", "segreto")),
        *(
            ("token", "de"),
            ("token", "d"),
            ("token", "acceso"),
            ("token", "acesso"),
            ("token", "di"),
            ("secreto", "de"),
        ),
        *(("código", "de", "acceso"), ("código", "de", "seguridad"), ("código", "de", "verificación")),
        *(("codigo", "seguridad"), ("codigo", "de", "seguridad"), ("codigo", "de", "verificacion")),
        *(("código", "de", "segurança"), ("código", "de", "verificação"), ("code", "de", "sécurité")),
        *(("code", "de", "vérification"), ("code", "secret"), ("phrase", "secrète"), ("frase", "de", "contraseña")),
    }
)
"""Words at the beginning of a name that say it, whatever stands behind them."""
