#include "stores/git/push.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "stores/core/handle.h"
#include "tests/stores/git/git_support.h"

namespace arkive::git {
namespace {

using test::failed_with;
using test::numbered_run;
using test::succeeded;
using test::value_of;
using test::write_run;

std::uint16_t free_port() {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

/// Waits until somebody listens there.
bool answers(std::uint16_t port, Deadline deadline) {
  while (!deadline.passed()) {
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return true;
  }
  return false;
}

class Push : public test::GitTest {
 protected:
  void SetUp() override {
    value_of(write_run(*open(), numbered_run(1, {{"a", "1"}})));
    test::git(scratch(), {"init", "-q", "--bare", remote()});
  }
  void TearDown() override { ::setenv("PATH", path_before_.c_str(), 1); }

  std::string remote() const { return scratch("remote.git"); }
  std::string tip(const std::string& repository) const {
    return test::git(repository, {"rev-parse", "prod"});
  }
  Finished shell(const std::string& line) const {
    Command command;
    command.arguments = {"sh", "-c", line};
    command.directory = scratch();
    return value_of(run_process(command, Deadline::after(std::chrono::seconds(30))));
  }

  std::string path_before_ = std::getenv("PATH");
};

TEST_F(Push, SendsTheBranchAndNoRunReference) {
  for (const std::string& url : {remote(), "file://" + remote()}) {
    value_of(write_run(*open(), numbered_run(url == remote() ? 2 : 3, {{"a", url}})));
    ASSERT_TRUE(succeeded(push(path(), url, {"prod"})));
    EXPECT_EQ(tip(remote()), tip(path()));
    ASSERT_TRUE(succeeded(push(path(), url, {"prod"}))) << "a second time, with nothing new";
  }
  EXPECT_EQ(test::git(remote(), {"for-each-ref", "--format=%(refname)"}), "refs/heads/prod");
  EXPECT_TRUE(test::sound(remote()));
}

TEST_F(Push, OfTheNextRunSendsWhatAFailedOneDidNot) {
  ASSERT_TRUE(succeeded(push(path(), remote(), {"prod"})));
  ASSERT_EQ(::rename(remote().c_str(), scratch("away").c_str()), 0);
  value_of(write_run(*open(), numbered_run(2, {{"a", "2"}})));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, push(path(), remote(), {"prod"})));
  ASSERT_EQ(::rename(scratch("away").c_str(), remote().c_str()), 0);
  value_of(write_run(*open(), numbered_run(3, {{"a", "2"}})));
  ASSERT_TRUE(succeeded(push(path(), remote(), {"prod"})));
  EXPECT_EQ(tip(remote()), tip(path()));
  EXPECT_EQ(test::git(remote(), {"rev-list", "--count", "prod"}), "2");
}

TEST_F(Push, NeverOverwritesWhatSomebodyElsePushed) {
  ASSERT_TRUE(succeeded(push(path(), remote(), {"prod"})));
  const std::string theirs = test::git(remote(), {"-c", "user.name=x", "-c", "user.email=x@y", "commit-tree",
                                                  "-m", "x", "-p", "prod", "prod^{tree}"});
  test::git(remote(), {"update-ref", "refs/heads/prod", theirs});
  value_of(write_run(*open(), numbered_run(2, {{"a", "2"}})));
  const Status refused = push(path(), remote(), {"prod"});
  EXPECT_TRUE(failed_with(Outcome::kConflict, refused));
  EXPECT_FALSE(refused.error().hint.empty());
  EXPECT_EQ(tip(remote()), theirs);
}

TEST_F(Push, RefusesUrlsThatAreNotSafe) {
  for (const char* url :
       {"", "-x", "--upload-pack=touch /tmp/x", "http://example.com/x.git", "git://example.com/x",
        "ftp://example.com/x", "ext::sh -c id", "https://user:hunter2@example.com/x.git",
        "http://127.0.0.1.example.com/x", "http://user@localhost@example.com/"}) {
    const Status refused = push(path(), url, {"prod"});
    EXPECT_TRUE(failed_with(Outcome::kUsage, refused)) << url;
    EXPECT_EQ(refused.error().what.find("hunter2"), std::string::npos);
  }
  EXPECT_TRUE(failed_with(Outcome::kUsage, push(path(), remote(), {"../x"})));
}

TEST_F(Push, SaysWhatIsMissing) {
  EXPECT_FALSE(push(path(), remote(), {"other"}));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, push(path(), scratch("none"), {"prod"})));
  EXPECT_TRUE(succeeded(push(path(), remote(), {})));
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_TRUE(failed_with(Outcome::kNotFound, push(path(), remote(), {"prod"})));
}

TEST_F(Push, RunsNoHookAndObeysNoConfigurationOfTheUser) {
  const std::string hook = path() + "/hooks/pre-push";
  ASSERT_TRUE(succeeded(make_directories(path() + "/hooks")));
  std::ofstream(hook) << "#!/bin/sh\ntouch " << scratch("hooked") << "\n";
  ::chmod(hook.c_str(), 0700);
  ASSERT_TRUE(succeeded(push(path(), remote(), {"prod"})));
  EXPECT_FALSE(path_exists(scratch("hooked")));
}

TEST_F(Push, ToAServerThatIsNotThereMayBeTriedAgain) {
  const std::string url = "http://127.0.0.1:1/x.git";  // below those that are given out
  EXPECT_TRUE(failed_with(Outcome::kRetry, push(path(), url, {"prod"})));
  PushOptions options;
  options.deadline = Deadline::after({});
  EXPECT_TRUE(failed_with(Outcome::kRetry, push(path(), remote(), {"prod"}, options)));
}

/// git's own http-backend behind TLS; argv: certificate, key, port, the directory of repositories.
constexpr const char* kHttpsServer = R"(
import http.server, os, ssl, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition('?')
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        environment = dict(os.environ, GIT_PROJECT_ROOT=sys.argv[4], GIT_HTTP_EXPORT_ALL='1', PATH_INFO=path, QUERY_STRING=query,
            REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get('Content-Type', ''), CONTENT_LENGTH=str(len(body)),
            HTTP_CONTENT_ENCODING=self.headers.get('Content-Encoding', ''), REMOTE_USER='arkive', REMOTE_ADDR='127.0.0.1')
        answer = subprocess.run(['git', 'http-backend'], input=body, env=environment, capture_output=True).stdout
        head, _, content = answer.partition(b'\r\n\r\n')
        headers = [line.split(': ', 1) for line in head.decode().split('\r\n')]
        self.send_response(int(dict(headers).get('Status', '200 OK').split()[0]))
        for name, value in headers:
            if name != 'Status': self.send_header(name, value)
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)
    do_POST = do_GET
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[3])), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
)";

TEST_F(Push, OverHttpsGoesOnlyToAServerWhoseCertificateIsTrusted) {
  ASSERT_TRUE(shell("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext "
                    "subjectAltName=DNS:localhost -days 2 -keyout key.pem -out cert.pem")
                  .succeeded());
  test::git(remote(), {"config", "http.receivepack", "true"});
  const std::uint16_t port = free_port();
  std::ofstream(scratch("server.py")) << kHttpsServer;
  Command command;
  command.arguments = {"python3",          scratch("server.py"), scratch("cert.pem"),
                       scratch("key.pem"), std::to_string(port), scratch()};
  auto server = value_of(ChildProcess::start(command, scratch("server.log")));
  ASSERT_TRUE(answers(port, Deadline::after(std::chrono::seconds(20))));
  const std::string url = "https://localhost:" + std::to_string(port) + "/remote.git";

  const Status refused = push(path(), url, {"prod"});
  EXPECT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_NE(refused.error().what.find("certificate"), std::string::npos) << refused.error().what;

  ::setenv("GIT_SSL_CAINFO", scratch("cert.pem").c_str(), 1);
  const Status pushed = push(path(), url, {"prod"});
  ::unsetenv("GIT_SSL_CAINFO");
  EXPECT_TRUE(succeeded(pushed)) << value_of(read_file(scratch("server.log")));
  EXPECT_EQ(tip(remote()), tip(path()));
}

TEST_F(Push, OverSshGoesOnlyToAHostWhoseKeyIsKnown) {
  if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);  // as its service would
  if (::access("/usr/sbin/sshd", X_OK) != 0 || (::geteuid() == 0 && ::access("/run/sshd", F_OK) != 0)) {
    GTEST_SKIP() << "sshd cannot run here";
  }
  ASSERT_TRUE(shell("ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N '' -f other && "
                    "ssh-keygen -q -t ed25519 -N '' -f user && mkdir bin")
                  .succeeded());
  const std::uint16_t port = free_port();
  std::ofstream(scratch("sshd_config"))
      << "ListenAddress 127.0.0.1:" << port << "\nHostKey " << scratch("host") << "\nAuthorizedKeysFile "
      << scratch("user.pub")
      << "\nPidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\n";
  // ssh as push calls it, but with keys of this test instead of those of whoever runs it.
  std::ofstream(scratch("bin/ssh")) << "#!/bin/sh\nexec /usr/bin/ssh -F /dev/null -o UserKnownHostsFile="
                                    << scratch("known_hosts")
                                    << " -o GlobalKnownHostsFile=/dev/null -o IdentityFile="
                                    << scratch("user") << " -o IdentitiesOnly=yes \"$@\"\n";
  ::chmod(scratch("bin/ssh").c_str(), 0700);
  ::setenv("PATH", (scratch("bin") + ":" + path_before_).c_str(), 1);
  Command command;
  command.arguments = {"/usr/sbin/sshd", "-D", "-e", "-f", scratch("sshd_config")};
  auto server = value_of(ChildProcess::start(command, scratch("sshd.log")));
  ASSERT_TRUE(answers(port, Deadline::after(std::chrono::seconds(20))))
      << value_of(read_file(scratch("sshd.log")));
  const std::string user = ::getpwuid(::geteuid())->pw_name;
  const std::string url = "ssh://" + user + "@127.0.0.1:" + std::to_string(port) + remote();
  const std::string known = "[127.0.0.1]:" + std::to_string(port) + " ";

  const Status unknown = push(path(), url, {"prod"});
  EXPECT_TRUE(failed_with(Outcome::kDenied, unknown));
  EXPECT_NE(unknown.error().hint.find("known_hosts"), std::string::npos);
  std::ofstream(scratch("known_hosts")) << known << value_of(read_file(scratch("other.pub")));
  EXPECT_TRUE(failed_with(Outcome::kDenied, push(path(), url, {"prod"}))) << "another key";
  std::ofstream(scratch("known_hosts")) << known << value_of(read_file(scratch("host.pub")));
  ASSERT_TRUE(succeeded(push(path(), url, {"prod"}))) << value_of(read_file(scratch("sshd.log")));
  EXPECT_EQ(tip(remote()), tip(path()));
  std::ofstream(scratch("user.pub")) << "";
  EXPECT_TRUE(failed_with(Outcome::kDenied, push(path(), url, {"prod"}))) << "a key the host does not know";
}

TEST(WithoutPasswords, TakesThemOutOfEveryUrl) {
  EXPECT_EQ(without_passwords("fatal: unable to access 'https://u:p@h/x': no"),
            "fatal: unable to access 'https://h/x': no");
  EXPECT_EQ(without_passwords("https://u:p@a@h/x http://:p@h"), "https://h/x http://h");
  EXPECT_EQ(without_passwords("ssh://git@h/x and text: a@b"), "ssh://git@h/x and text: a@b");
  EXPECT_EQ(without_passwords(""), "");
}

}  // namespace
}  // namespace arkive::git
