"""Events as SDKs of several languages send them, written for these tests: with nothing private in them but what their ``dirty`` parts say."""

from __future__ import annotations

from typing import Any

_TRACE = {"trace_id": "4c79f60c11214eb38604f4ae0781bfb2", "span_id": "fa90fdead5f74052", "op": "http.server", "status": "internal_error", "origin": "auto.http"}  # fmt: skip


def _event(platform: str, sdk: str, **more: Any) -> dict[str, Any]:
    return {
        "event_id": "fc6d8c0c43fc4630ad850ee518f1b9d0", "timestamp": "2026-11-22T10:33:12.345678Z", "platform": platform, "level": "error", "environment": "production",
        "release": "shop@1.4.2+build.7", "dist": "42", "sdk": {"name": sdk, "version": "2.75.0", "packages": [{"name": "pypi:sentry-sdk", "version": "2.75.0"}], "integrations": ["logging", "modules"]},
        "contexts": {"trace": dict(_TRACE), "os": {"name": "Linux", "version": "5.15.0", "kernel_version": "5.15.0-91-generic"}}, **more,
    }  # fmt: skip


PYTHON = _event(
    "python", "sentry.python.django",
    transaction="/orders/<int:pk>/", transaction_info={"source": "route"}, logger="django.request", modules={"django": "5.0.1", "requests": "2.31.0"},
    exception={"values": [
        {"type": "KeyError", "module": None, "value": "'total'", "mechanism": {"type": "chained", "handled": False, "exception_id": 1, "parent_id": 0, "source": "__context__"},
         "stacktrace": {"frames": [{"function": "total", "module": "shop.orders", "filename": "shop/orders.py", "lineno": 12, "in_app": True}]}},
        {"type": "OrderError", "module": "shop.errors", "value": "order has no total", "mechanism": {"type": "django", "handled": False, "exception_id": 0},
         "stacktrace": {"frames": [
             {"function": "inner", "module": "django.core.handlers.exception", "filename": "django/core/handlers/exception.py", "lineno": 55, "in_app": False},
             {"function": "OrderView.get.<locals>.<lambda>", "module": "shop.views", "filename": "shop/views.py", "lineno": 40, "in_app": True},
             {"function": "<listcomp>", "module": "shop.views", "filename": "shop/views.py", "lineno": 41, "in_app": True},
             {"function": "<module>", "module": "__main__", "filename": "manage.py", "lineno": 3, "in_app": True},
         ]}},
    ]},
    breadcrumbs={"values": [
        {"timestamp": "2026-11-22T10:33:11.000000Z", "type": "default", "category": "query", "level": "info", "message": "SELECT count(*) FROM orders", "data": {"db.params": None}},
        {"timestamp": 1795343591.25, "type": "http", "category": "httplib", "data": {"url": "https://api.acme.example/v1/orders", "method": "GET", "status_code": 200, "reason": "OK"}},
        {"timestamp": 1795343592, "type": "log", "category": "shop.orders", "level": "warning", "message": "retry 2/5 after 429"},
    ]},
    fingerprint=["{{ default }}", "order-total"], tags={"queue": "orders", "retries": 2}, extra={"steps": ["opened", "closed"], "attempt": 3},
)  # fmt: skip

JAVASCRIPT = _event(
    "javascript", "sentry.javascript.react",
    transaction="/orders/:id/lines/:line", request={"url": "https://shop.acme.example/orders", "headers": {"Accept-Language": "de-AT,de;q=0.9"}},
    # As the SDK for browsers sends it: a bare list.
    breadcrumbs=[
        {"timestamp": 1795343590.1, "category": "ui.click", "message": "body > button.primary#pay"},
        {"timestamp": 1795343590.2, "category": "navigation", "data": {"from": "/cart", "to": "/orders/pay"}},
        {"timestamp": 1795343590.3, "category": "fetch", "type": "http", "data": {"method": "POST", "url": "/api/v1/orders", "status_code": 500}},
    ],
    exception={"values": [{
        "type": "TypeError", "value": "Cannot read properties of undefined (reading 'total')", "mechanism": {"type": "onerror", "handled": False},
        "stacktrace": {"frames": [
            {"function": "HTMLButtonElement.onclick", "filename": "https://cdn.acme.example/static/js/main.3f2b9c1d.chunk.js", "abs_path": "https://cdn.acme.example/static/js/main.3f2b9c1d.chunk.js", "lineno": 1, "colno": 54021, "in_app": True},
            {"function": "Object.<anonymous>", "filename": "app:///dist/index.js", "lineno": 7, "colno": 3, "in_app": True},
            {"function": "async Promise.all (index 0)", "filename": "webpack:///./src/pay.tsx", "lineno": 7, "in_app": True},
            {"function": "process.processTicksAndRejections", "module": "task_queues", "filename": "node:internal/process/task_queues", "lineno": 95, "in_app": False},
            {"function": "new Order", "filename": "./node_modules/@acme/orders/lib/order.js", "lineno": 5, "in_app": False},
            {"function": "?", "filename": "<anonymous>", "lineno": 1},
            {"filename": "[native code]", "function": "e.exports"},
        ]},
    }]},
    debug_meta={"images": [{"type": "sourcemap", "code_file": "https://cdn.acme.example/static/js/main.3f2b9c1d.chunk.js", "debug_id": "395835f4-03e0-4436-80d3-136f0749a893"}]},
)  # fmt: skip
JAVASCRIPT["contexts"]["browser"] = {"name": "Chrome", "version": "120.0.0.0"}
JAVASCRIPT["contexts"]["culture"] = {"locale": "de-AT", "timezone": "Europe/Vienna"}

GO = _event(
    "go", "sentry.go", transaction="GET /orders/{id}",
    exception={"values": [
        {"type": "*errors.errorString", "value": "unexpected EOF"},
        {"type": "*url.Error", "value": "order service is not reachable", "stacktrace": {"frames": [
            {"function": "(*Client).Do", "module": "github.com/acme/shop/internal/orders", "filename": "internal/orders/client.go", "lineno": 87, "in_app": True},
            {"function": "(*serverConn).runHandler", "module": "golang.org/x/net/http2", "filename": "golang.org/x/net@v0.20.0/http2/server.go", "lineno": 2360, "in_app": False},
            {"function": "main.func1", "module": "main", "filename": "main.go", "lineno": 20, "in_app": True},
            {"function": "Map[...]", "module": "github.com/acme/shop/internal/list", "filename": "internal/list/list.go", "lineno": 3, "in_app": True},
        ]}},
    ]},
    threads={"values": [{"id": 7, "current": True, "crashed": True}]},
)  # fmt: skip

JAVA = _event(
    "java", "sentry.java.spring-boot", logger="com.acme.shop.OrderService", transaction="GET /orders/{id}",
    logentry={"message": "order {} has no total", "params": ["[str]"]},
    exception={"values": [{"type": "NullPointerException", "module": "java.lang", "value": 'Cannot invoke "Order.total()" because "order" is null', "thread_id": 44,
        "stacktrace": {"frames": [
            {"function": "lambda$find$0", "module": "com.acme.shop.OrderService$Finder", "filename": "OrderService.java", "lineno": 31, "in_app": True},
            {"function": "<init>", "module": "com.acme.shop.Order$$EnhancerBySpringCGLIB$$a1b2c3d4", "filename": "<generated>", "in_app": False},
            {"function": "invoke-bMdYcbs", "module": "com.acme.shop.OrderKt", "filename": "Order.kt", "lineno": 3, "in_app": True},
            {"function": "doFilter", "module": "org.apache.catalina.core.ApplicationFilterChain", "filename": "ApplicationFilterChain.java", "lineno": 178, "in_app": False},
        ]}}]},
    threads={"values": [{"id": 44, "name": "http-nio-8080-exec-3", "state": "RUNNABLE", "crashed": True, "current": True}]},
    debug_meta={"images": [{"type": "proguard", "uuid": "494f3aea-88fa-4296-9644-fa8ef5d139b6"}]},
)  # fmt: skip

NATIVE = _event(
    "native", "sentry.native",
    exception={"values": [{"type": "EXC_BAD_ACCESS", "value": "KERN_INVALID_ADDRESS", "mechanism": {"type": "mach", "handled": False, "synthetic": True, "meta": {
        "signal": {"number": 11, "code": 0, "name": "SIGSEGV", "code_name": "SEGV_NOOP"}, "mach_exception": {"exception": 1, "code": 1, "subcode": 8, "name": "EXC_BAD_ACCESS"}, "errno": {"number": 2, "name": "ENOENT"}}},
        "stacktrace": {"frames": [
            {"instruction_addr": "0x7fff5bf3456c", "image_addr": "0x7fff5bf00000", "symbol_addr": "0x7fff5bf34500", "package": "libshop.so", "function": "std::vector<int, std::allocator<int>>::push_back(int&&)", "symbol": "_ZNSt6vectorIiSaIiEE9push_backEOi", "trust": "cfi"},
            {"instruction_addr": "0x7fff5bf3456d", "function": "<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop::h0123456789abcdef", "package": "shop", "lang": "rust"},
            {"instruction_addr": "0x7fff5bf3456e", "function": "-[Order total:]", "raw_function": "-[Order total:]", "addr_mode": "rel:0"},
            {"function": "Acme.Shop.Orders+<Total>d__12.MoveNext()", "module": "Acme.Shop.Orders", "package": "Acme.Shop, Version=8.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e", "platform": "csharp"},
        ]}}]},
    debug_meta={"sdk_info": {"sdk_name": "macOS", "version_major": 14, "version_minor": 2, "version_patchlevel": 0}, "images": [
        {"type": "elf", "code_id": "68220ae2c65d65c1b6aaa12fa6765a6ec2f5f434", "debug_id": "e20a2268-5dc6-c165-b6aa-a12fa6765a6e", "code_file": "libshop.so", "image_addr": "0x7fff5bf00000", "image_size": 90112, "arch": "x86_64"},
        {"type": "pe", "code_id": "57898e12145000", "debug_id": "9c2a902b-6fdf-40ad-8308-588a41d572a0-1", "code_file": "shop.dll", "debug_file": "shop.pdb", "image_addr": "0x70850000", "image_size": 1331200, "image_vmaddr": "0x40000", "arch": "x86"},
    ]},
)  # fmt: skip
NATIVE["contexts"] |= {"device": {"model": "MacBookPro18,3", "family": "Mac", "arch": "arm64", "memory_size": 17179869184, "online": True, "battery_level": 58.5}, "gpu": {"name": "Apple M1 Pro", "memory_size": 16384}, "app": {"app_identifier": "example.acme.shop", "app_version": "1.4.2", "app_build": "7", "in_foreground": True}}  # fmt: skip

TRANSACTION = _event(
    "python", "sentry.python", type="transaction", transaction="acme.tasks.send_invoice", transaction_info={"source": "task"}, start_timestamp=1795343590.5,
    spans=[{"span_id": "fa90fdead5f74053", "parent_span_id": "fa90fdead5f74052", "trace_id": "4c79f60c11214eb38604f4ae0781bfb2", "op": "db.sql.query", "description": "SELECT name FROM orders WHERE id = %s", "status": "ok",
            "start_timestamp": 1795343590.6, "timestamp": 1795343590.75, "origin": "auto.db.django", "exclusive_time": 150.0, "data": {"db.system": "postgresql"}}],
    measurements={"lcp": {"value": 2500.5, "unit": "millisecond"}},
)  # fmt: skip

SAMPLES = {"python": PYTHON, "javascript": JAVASCRIPT, "go": GO, "java": JAVA, "native": NATIVE, "transaction": TRANSACTION}  # fmt: skip
