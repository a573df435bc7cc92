"""Words that stand in any text, and names that many machines share: as a known value they say nothing."""

from typing import Final

COMMON_WORDS: Final[frozenset[str]] = frozenset(
    """
    able about above accept access account across action active actual add address admin after again against age agent all allow
    along already also alter always amount and angel another answer any api app apple application april are area argument around
    array art ask assert async at attempt auth author auto available away back bad bank base basic bath bay beach bear because become
    before begin behind being bell below best better between big bill bin bit black block blue board body bond book bool boot both bow
    box branch break bridge bring broken brook brown buffer build builder burn bush busy but byte bytes cache call called can cannot
    card carry case cash cat chain chance change changeme channel char chase check child christian class clay clean clear client cliff
    close code cold cole column come command comment commit common complete config connect connection contain content context control
    cook copy core correct cost could count country course cross current custom dale data database date dawn day days dead dean debug
    december deep default define delete demo denied deny depth dev develop development device did dict different digit dir direct
    disabled disk doc docker document dollar domain done door down drew drive drop duke each earl early east easy edge edit either else
    empty enable enabled encode end engine english enough enter entry equal error even event ever every example except exist exit
    expected extra face fail failed faith false fast faye fern field file files fill filter final find fine first fish five fixed flag
    flat float floor flow folder follow foo foot for force ford form format forward found four fox frame frank free fresh friend from
    front full function future gate gene general get give given glen global gold good grace grant gray great green grey ground group
    grove guest guide had half hall hand handle happy hard harmony has hash have hay head header heath heaven height hello help here
    hidden high hill hint his hit hold holly home honor hope host hour house how hunter idle image import include index info init
    input insert inside instance int internal into invalid iris issue item its ivy jack jasmine jay job join joy july june just keep
    key keys kid kind king known label lake lane large last late later law layer lead least leave left len length less letter level
    library like limit line lines link list little live load local lock log login logs long look lost low lower made main major make
    many map mark mask match max may mean measure memory mercy message meta method might mike mile min mind miles mode model module
    monday money month more morning most mount move much multi must name names near need network never new news next nick night no
    node none norm north not note nothing november now null number object october off office often old olive once one online only
    open option order other our out output over own owner pack package page paige pair paris park part pass password past patch path
    pattern pay pearl peer penny people per permission person phil photo pick piece pierce pin ping place plain plan plus point pool
    port post power present press price print private process prod production profile program project prompt property proxy public
    pull push put python query queue quick quit quote raise random range rate raw ray reach read reader ready real reason record red
    reed ref refused register release remote remove rename repeat reply report request require required reset resource response
    rest result return rich right river rob robin rock role room rose round route row rule run running ruth safe sage same sample
    sandy save school scope score screen script search second secret section see seed select self send sent sequence serial series
    server service session set setting setup several shape share shell shield short should show side sign signal simple since single
    site size skip skipper sky slot slow small socket some son sort source south space spec special split stack stage staging start
    state static status step still stone stop store stream string strip strong style sub such sue summer sunday sunny super support
    sure switch symbol sync system table take target task team temp temporary ten term test testing tests text than that the their
    them then there these they thing this those thread three through time timeout title today token tom tool top total trace track
    trade trail tree true try turn two type under undefined union unit unknown until unused update upload upper usage use used user
    username users using valid value values van version very via view violet virtual visit void wade wait walk wall want ward warn
    was watch water way web week well were west what when where which while white who whole wide will win window winter with within
    without wood word words work worker world would wrap write wrong year yes yet york you young your zero zone
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""Words of everyday and of error messages, some of which are also given names."""

GENERIC_NAMES: Final[frozenset[str]] = COMMON_WORDS | frozenset(
    """
    administrator ansible app azureuser buildbot centos circleci codespace daemon debian deploy ec2-user fedora gitlab-runner
    git github gitpod home jenkins jovyan kali localhost localhost.localdomain macbook mail mysql nginx nobody node ops oracle
    pi postgres postgresql rails redis root rpm ruby runner runneradmin service staff superuser sysadmin ubuntu vagrant
    vscode worker www www-data desktop laptop sandbox container devcontainer devbox workspace vm node1 box master primary
    replica standby web db gateway proxy localdomain buildkitd executor
    """.split()  # noqa: SIM905
)
"""Names of accounts and hosts that stand on machines everywhere."""
