"""A server of HTTPS on loopback: https_server.py CERTIFICATE.pem NEWEST-TLS PORT-FILE REQUESTS-FILE.

Answers 200 to whatever gets through, and writes each request's line and Authorization to REQUESTS-FILE."""
import http.server
import os
import ssl
import sys

certificate, newest, port_file, requests_file = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(requests_file, "a") as out:
            out.write(f"{self.requestline} {self.headers.get('Authorization')}\n")
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1
context.maximum_version = ssl.TLSVersion[newest]
context.set_ciphers("ALL:@SECLEVEL=0")
context.load_cert_chain(certificate)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None
# The handshake belongs to the connection's own thread.
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
with open(port_file + ".new", "w") as out:
    out.write(str(server.server_address[1]))
os.rename(port_file + ".new", port_file)
server.serve_forever()
