"""Asks an OpenAI-compatible chat endpoint, and trusts nothing that comes back."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import BaseHandler, HTTPRedirectHandler, ProxyHandler, Request, build_opener

__all__ = ["EndpointError", "ask", "chat_url", "read_key"]

LARGEST_ANSWER = 1_000_000  # bytes
LOCAL = ("localhost", "127.0.0.1", "::1")


class EndpointError(Exception):
    """No usable answer came; the message is one clause that can stand in a table."""


class NoRedirects(HTTPRedirectHandler):
    """Follows nothing: another address would get the text and the key without anyone's having agreed to it."""

    def redirect_request(self, *_: Any) -> None:
        """Give no request to go on with."""
        return


def chat_url(url: str) -> str:
    """Give the address of the chat of an endpoint, which may be named with or without `/chat/completions`.

    Raises:
        ValueError: it is no http or https address, holds a password, or would send the text unencrypted to another machine.

    Example:
        >>> chat_url("http://localhost:8000/v1")
        'http://localhost:8000/v1/chat/completions'
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"url is {url!r}; it must be an address such as https://example.org/v1")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("url holds more than an address; name the variable that holds the key in `key_env`")
    if parts.scheme == "http" and parts.hostname not in LOCAL:
        raise ValueError(f"url is {url!r}; http is for this machine alone, elsewhere it must be https")
    path = parts.path.rstrip("/")
    path = path if path.endswith("/chat/completions") else f"{path}/chat/completions"
    return parts._replace(path=path).geturl()


def read_key(variable: str) -> str:
    """Give the key that an environment variable holds; "" for no variable.

    Raises:
        ValueError: the variable is not set, or what it holds can be no key. The message does not show it.
    """
    if not variable:
        return ""
    key = os.environ.get(variable, "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise ValueError(f"the environment variable {variable} holds no key; set it, or leave key_env empty")
    return key


def ask(url: str, messages: Sequence[Mapping[str, str]], *, model: str, key: str = "", timeout: float = 60.0) -> str:
    """Send messages and give the text of the answer.

    Args:
        url: as `chat_url` gives it.
        messages: with role and content.
        model: the endpoint's name for it.
        key: sent as a bearer token; "" for none.
        timeout: seconds for all of it, however slowly the endpoint drips.

    Raises:
        EndpointError: nothing usable came in time.
    """
    body = json.dumps({"model": model, "messages": list(messages), "temperature": 0, "stream": False}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - chat_url lets http and https through alone
    answers: queue.SimpleQueue[bytes | EndpointError] = queue.SimpleQueue()
    # A socket's time-out starts anew with each byte; only a thread that is left behind bounds the whole.
    threading.Thread(target=lambda: answers.put(fetch(request, timeout)), daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise EndpointError(f"no answer within {timeout:g} s") from None
    if isinstance(answer, EndpointError):
        raise answer
    return content_of(answer)


def fetch(request: Request, timeout: float) -> bytes | EndpointError:
    """Give the bytes of an answer, or what kept it from coming."""
    try:
        with build_opener(*handlers(request)).open(request, timeout=timeout) as response:
            data: bytes = response.read(LARGEST_ANSWER + 1)
    except HTTPError as error:
        error.close()
        return EndpointError(f"the endpoint refused with HTTP {error.code}")
    except URLError as error:
        return EndpointError(f"the endpoint cannot be reached ({type(error.reason).__name__})")
    except (OSError, HTTPException, ValueError) as error:
        return EndpointError(f"the connection broke ({type(error).__name__})")
    return EndpointError("the answer is too long") if len(data) > LARGEST_ANSWER else data


def handlers(request: Request) -> list[BaseHandler]:
    """Give what a request goes through: the system's proxies, but none for this machine, whose texts would leave it."""
    local = urlsplit(request.full_url).hostname in LOCAL
    return [NoRedirects(), *([ProxyHandler({})] if local else [])]


def content_of(data: bytes) -> str:
    """Give what the first choice of an answer says."""
    try:
        content = json.loads(data)["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, KeyError, IndexError, TypeError) as error:
        raise EndpointError("the answer is not of the form of a chat completion") from error
    if not isinstance(content, str):
        raise EndpointError("the answer holds no text")
    return content
