"""A server of mail for tests: tells each letter on a line as JSON, and answers it with the next
line of standard input. Who is gone by then takes no answer from others.

    smtpd.py plain|starttls|implicit [KEY CERTIFICATE USER PASSWORD]
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

mode, *rest = sys.argv[1:]
answers = asyncio.Queue()


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
        return await answers.get()


def listen(loop):
    """Waits for lines in a thread of its own, so that no letter does."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(answers.put_nowait, line.strip())


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
    threading.Thread(target=listen, args=[loop], daemon=True).start()
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
