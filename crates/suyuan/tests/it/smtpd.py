"""A server of mail for tests: tells each letter on a line as JSON, and answers it with the next
line of standard input.

    smtpd.py plain|starttls|implicit [KEY CERTIFICATE USER PASSWORD]
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

mode, *rest = sys.argv[1:]
turns = asyncio.Lock()


class Handler:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        told = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or mode == "implicit",
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "headers": [[name, str(value)] for name, value in letter.items()],
            "text": letter.get_content(),
        }
        print(json.dumps(told), flush=True)
        loop = asyncio.get_running_loop()
        async with turns:
            answer = await loop.run_in_executor(None, sys.stdin.readline)
        return answer.strip() or "421 the test ended"


def check(server, session, envelope, mechanism, auth_data):
    wanted = (rest[2].encode(), rest[3].encode())
    return AuthResult(success=(auth_data.login, auth_data.password) == wanted, auth_data=auth_data)


def made():
    settings = {"hostname": "localhost", "enable_SMTPUTF8": False}
    if rest:
        settings |= {"authenticator": check, "auth_required": True}
        settings |= {"auth_require_tls": mode == "starttls"}
    if mode == "starttls":
        settings |= {"tls_context": context(), "require_starttls": True}
    return SMTP(Handler(), **settings)


def context():
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(rest[1], rest[0])
    return tls


async def main():
    secured = context() if mode == "implicit" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(made, "127.0.0.1", 0, ssl=secured)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
