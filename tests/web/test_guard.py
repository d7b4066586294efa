"""What the guard turns away, and what every answer carries."""

import socket
from collections.abc import Iterator

import httpx
import pytest
from served import GENEROUS, Live, live
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hingeexpert.errors import InputError, KnowledgeError, Problem
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.web.limits import Bucket
from hingeexpert.web.settings import Lan, ServerLimits, Settings

SECRET = "Sam Secret"
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


async def fail(request: Request) -> Response:
    raise ValueError(SECRET, await request.body())


async def mend(_: Request) -> Response:
    raise InputError([Problem("visit", None, "a.b", "first"), Problem("visit", 3, "", "second")])


async def broken(_: Request) -> Response:
    raise KnowledgeError(
        [Problem("page.html", 3, "", "a name is used that the report does not have")]
    )


async def keep(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def unread(_: Request) -> Response:
    raise HTTPException(400)


async def own_policy(_: Request) -> Response:
    return PlainTextResponse("", headers={"Content-Security-Policy": "sandbox"})


ROUTES = [
    Route("/", keep),
    Route("/keep", keep, methods=["POST"]),
    Route("/own", own_policy),
    Route("/unread", unread),
    *(
        Route(prefix + name, handler, methods=["GET", "POST"])
        for prefix in ("/", "/api/")
        for name, handler in (("fail", fail), ("mend", mend), ("broken", broken))
    ),
]


@pytest.fixture(scope="module")
def here(knowledge: KnowledgeBase) -> Iterator[Live]:
    with live(knowledge, ROUTES) as running:
        yield running


@pytest.fixture(scope="module")
def friend(here: Live) -> Iterator[httpx.Client]:
    with here.friend() as client:
        yield client


def test_the_address_works_once(knowledge: KnowledgeBase) -> None:
    with live(knowledge) as running, running.friend() as first, running.stranger() as second:
        assert first.get("/").status_code == 200
        assert first.get(running.settings.address).headers["location"] == "/"
        again = second.get(running.settings.address)
        assert again.status_code == 403
        assert "has been used" in again.text
        assert "set-cookie" not in again.headers
        assert second.get("/").status_code == 403


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(knowledge: KnowledgeBase) -> None:
    with live(knowledge) as running, running.stranger() as client:
        cookie = client.get(running.settings.address).headers["set-cookie"]

    name, *marks = cookie.split("; ")
    assert name.startswith(f"hingeexpert-{running.settings.port}=")
    assert {mark.lower() for mark in marks} == {"httponly", "path=/", "samesite=strict"}
    assert running.settings.token not in cookie


def test_an_address_pressed_in_another_page_goes_on_by_itself(knowledge: KnowledgeBase) -> None:
    with live(knowledge) as running, running.stranger() as client:
        answer = client.get(
            running.settings.address, headers={"Sec-Fetch-Site": "cross-site", **NAVIGATION}
        )

        assert answer.status_code == 200
        assert 'http-equiv="refresh" content="0;url=/"' in answer.text
        assert client.get("/").status_code == 200


def test_looking_at_the_head_of_the_address_does_not_use_it(knowledge: KnowledgeBase) -> None:
    with live(knowledge) as running, running.stranger() as client:
        client.head(running.settings.address)

        assert client.get(running.settings.address).status_code == 303


@pytest.mark.parametrize("token", ["x", "é", "A" * 43, "%00"])
def test_a_wrong_token_is_refused(here: Live, token: str) -> None:
    with here.stranger() as client:
        assert client.get(f"/open?token={token}").status_code == 403
        assert (
            client.get("/api/x", headers={"Authorization": f"Bearer {token}".encode()}).status_code
            == 401
        )


def test_wrong_tokens_are_counted_and_lock_nobody_out(knowledge: KnowledgeBase) -> None:
    with (
        live(knowledge, ROUTES, limits=ServerLimits(attempts=10)) as running,
        running.friend() as friend,
        running.stranger() as client,
    ):
        codes = [client.get("/open?token=x").status_code for _ in range(12)]

        assert codes == [403] * 10 + [429] * 2
        assert (
            client.get("/api/x", headers={"Authorization": "Bearer x"}).headers["retry-after"]
            == "60"
        )
        assert friend.get("/").status_code == 200
        with running.program() as program:
            assert program.get("/api/mend").status_code == 422


def test_a_program_needs_the_token_and_gets_no_page(here: Live) -> None:
    with here.program() as program, here.stranger() as client:
        assert program.get("/api/mend").status_code == 422
        assert program.get("/").status_code == 403
        assert client.get("/api/mend").status_code == 401
        assert client.get("/api/mend").json() == {
            "problems": [{"line": None, "path": "", "message": "Unauthorized"}]
        }


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example",
        "",
        "127.0.0.1:PORT, x",
        "[::1]:PORT",
    ],
)
def test_another_name_is_not_served(here: Live, friend: httpx.Client, host: str) -> None:
    assert (
        friend.get("/", headers={"Host": host.replace("PORT", str(here.settings.port))}).status_code
        == 400
    )


def test_the_page_says_whether_the_name_or_what_was_sent_is_wrong(
    here: Live, friend: httpx.Client
) -> None:
    assert "This name is not served" in friend.get("/", headers={"Host": "evil.example"}).text
    assert "This could not be read" in friend.get("/unread").text


def test_the_name_localhost_is_served(here: Live, friend: httpx.Client) -> None:
    assert friend.get("/", headers={"Host": f"localhost:{here.settings.port}"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 200),
        ({"Origin": "OURS"}, 200),
        ({"Origin": "OURS", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "OURS.evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "OURS", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", **NAVIGATION}, 403),
    ],
)
def test_only_our_own_pages_may_change_something(
    here: Live, friend: httpx.Client, headers: dict[str, str], code: int
) -> None:
    sent = {name: text.replace("OURS", here.origin) for name, text in headers.items()}

    assert friend.post("/keep", headers=sent, content=b"abc").status_code == code


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_link_here_and_embed_nothing(friend: httpx.Client, site: str) -> None:
    assert friend.get("/", headers={"Sec-Fetch-Site": site, **NAVIGATION}).status_code == 200
    assert (
        friend.get(
            "/", headers={"Sec-Fetch-Site": site, **NAVIGATION, "Sec-Fetch-Dest": "iframe"}
        ).status_code
        == 403
    )
    assert (
        friend.get("/", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}).status_code
        == 403
    )


@pytest.mark.parametrize(
    "target",
    [
        "/static/../base.html", "/static/%2e%2e/base.html", "/static/..%2fbase.html",
        "/static/%252e%252e/base.html", "/static//etc/passwd", "//evil.example",
        "/%2fevil.example", "/static/%00", "/\\evil", "/static/.hidden", "/" + "a" * 600,
        "http://evil.example/", "*",
        "/static/..%5cbase.html", "/static/", "/static",
    ],
)  # fmt: skip
def test_tricks_with_paths_lead_nowhere(here: Live, friend: httpx.Client, target: str) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in friend.cookies.items())
    with socket.create_connection(("127.0.0.1", here.settings.port)) as connection:
        connection.sendall(
            (
                f"GET {target} HTTP/1.1\r\nHost: {here.settings.hosts[0]}\r\nCookie: "
                f"{cookie}\r\nConnection: close\r\n\r\n"
            ).encode()
        )
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.split()[1] in (b"400", b"404")
    assert b"\nlocation:" not in answer.lower()


@pytest.mark.parametrize(
    "path", ["/", "/own", "/nothing", "/fail", "/mend", "/static/nothing.css", "/api/nothing"]
)
def test_every_answer_has_the_headers_of_safety(friend: httpx.Client, path: str) -> None:
    headers = friend.get(path).headers

    assert (
        headers["content-security-policy"] == "sandbox"
        if path == "/own"
        else "default-src 'none'" in headers["content-security-policy"]
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert (
        headers["cross-origin-opener-policy"]
        == headers["cross-origin-resource-policy"]
        == "same-origin"
    )
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert "server" not in headers


def test_a_bug_is_told_without_what_it_was_about(here: Live, friend: httpx.Client) -> None:
    here.told.clear()
    page, data = friend.post("/fail", content=SECRET), friend.post("/api/fail", content=SECRET)

    assert page.status_code == data.status_code == 500
    assert data.json()["problems"] == [
        {"line": None, "path": "", "message": "Internal Server Error"}
    ]
    assert SECRET not in page.text + data.text + "".join(here.told)
    assert "ValueError" not in page.text + data.text
    assert len(here.told) == 2
    assert here.told[0].startswith("error: ValueError: ")
    assert here.told[0].endswith(":fail")


def test_a_broken_template_is_told_in_full_to_who_started_the_server(
    here: Live, friend: httpx.Client
) -> None:
    here.told.clear()

    assert friend.get("/broken").status_code == 500
    assert here.told == [
        "error: KnowledgeError: page.html:3: a name is used that the report does not have"
    ]


def test_what_can_be_mended_is_answered_with_every_problem(friend: httpx.Client) -> None:
    page, data = friend.post("/mend"), friend.post("/api/mend")

    assert page.status_code == data.status_code == 422
    assert "first" in page.text
    assert "second" in page.text
    assert data.json()["problems"][1] == {"line": 3, "path": "", "message": "second"}


def test_too_many_requests_are_told_to_wait_and_strangers_cost_no_friend(
    knowledge: KnowledgeBase,
) -> None:
    limits = ServerLimits(rate=0.001, burst=4)
    with (
        live(knowledge, ROUTES, limits=limits) as running,
        running.friend() as friend,
        running.stranger() as client,
    ):
        answers = [client.get("/") for _ in range(6)]

        assert [answer.status_code for answer in answers] == [403] * 3 + [429] * 3
        assert answers[-1].headers["retry-after"] == "1"
        assert [friend.get("/").status_code for _ in range(5)] == [200] * 4 + [429]


def test_too_many_at_the_same_time_are_told_to_come_back(knowledge: KnowledgeBase) -> None:
    limits = ServerLimits(at_once=0, rate=1000, burst=1000)
    with live(knowledge, ROUTES, limits=limits) as running, running.stranger() as client:
        assert client.get("/").status_code == 503


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_has_a_longest_length(knowledge: KnowledgeBase, chunked: bool) -> None:
    with (
        live(knowledge, ROUTES, limits=ServerLimits(bytes=1000)) as running,
        running.friend() as friend,
    ):

        def sent(length: int) -> httpx.Response:
            return friend.post("/keep", content=iter([b"x" * length]) if chunked else b"x" * length)

        assert sent(1000).text == "1000"
        assert sent(1001).status_code == 413


def test_a_body_has_a_longest_time(knowledge: KnowledgeBase) -> None:
    with (
        live(knowledge, ROUTES, limits=ServerLimits(seconds=0.2)) as running,
        running.friend() as friend,
    ):
        cookie = "; ".join(f"{name}={value}" for name, value in friend.cookies.items())
        head = (
            f"POST /keep HTTP/1.1\r\nHost: {running.settings.hosts[0]}\r\nCookie: "
            f"{cookie}\r\nContent-Length: 5\r\n\r\nab"
        )
        with socket.create_connection(("127.0.0.1", running.settings.port)) as connection:
            connection.sendall(head.encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_connection_that_asks_nothing_whole_is_closed(knowledge: KnowledgeBase) -> None:
    with live(knowledge, ROUTES, limits=ServerLimits(idle=1)) as running:
        with socket.create_connection(("127.0.0.1", running.settings.port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: ")

            assert connection.recv(100) == b""
        assert running.told == []


def test_a_bucket_fills_at_its_rate_up_to_its_brim() -> None:
    moments = iter([0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 100.0, 100.0, 100.0])
    bucket = Bucket(2, 2, lambda: next(moments))

    assert [bucket.take() for _ in range(8)] == [True, True, False, True, False, True, True, False]


def test_names_and_addresses_of_a_server(knowledge: KnowledgeBase, tmp_path) -> None:
    def served(port: int, name: str | None) -> Settings:
        lan = None if name is None else Lan(name, tmp_path, tmp_path, "a long passphrase")
        return Settings(knowledge, port, print, lan=lan, limits=GENEROUS)

    assert served(8765, None).hosts == ("127.0.0.1:8765", "localhost:8765")
    assert served(443, "Clinic.lan").hosts == ("clinic.lan", "clinic.lan:443")
    assert served(8765, "fd00::7").address.startswith("https://[fd00::7]:8765/open?token=")
