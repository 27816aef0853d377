// Debian's nginx, started with the configuration of docs/deploy.md, in front of the TLS door.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "runtime/base/file.h"
#include "tests/doors/doors_fixture.h"

extern char** environ;

namespace inquest::doors {
namespace {

constexpr std::uint64_t kFileLimitBytes = 1 << 20;
constexpr char kServerName[] = "inquest.example.org";

std::string Read(const std::string& path) {
  auto text = ReadFile(path, kFileLimitBytes);
  EXPECT_TRUE(text.ok()) << text.status().ToString();
  return text.ok() ? *std::move(text) : "";
}

void Replace(std::string& text, const std::string& from, const std::string& to) {
  ASSERT_NE(text.find(from), std::string::npos) << from << " is not in the documented block";
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The fenced nginx block of docs/deploy.md.
std::string DocumentedBlock() {
  const std::string page = Read(INQUEST_SOURCE_DIR "/docs/deploy.md");
  const std::string open = "```nginx\n";
  const std::size_t begin = page.find(open) + open.size();
  return page.substr(begin, page.find("```", begin) - begin);
}

class Nginx : public Doors {
 protected:
  ~Nginx() override {
    if (nginx_ > 0) {
      ::kill(nginx_, SIGTERM);
      ::waitpid(nginx_, nullptr, 0);
    }
    Shell("rm -rf '" + folder_ + "/n'");
  }

  static void Shell(const std::string& command) {
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  std::string Tls(const std::string& file) const { return folder_ + "/n/tls/" + file; }

  // A certificate for `name`, signed by its own authority `ca` (made when it is new).
  void Certify(const std::string& name, const std::string& ca, const std::string& common_name) {
    const std::string in = "cd '" + folder_ + "/n/tls' && ";
    const std::string quiet = " 2>/dev/null";
    const std::string key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes ";
    Shell(in + "test -f " + ca + ".pem || openssl req -x509 " + key + "-days 2 -subj /CN=" + ca +
          " -keyout " + ca + ".key -out " + ca + ".pem" + quiet);
    Shell(in + "openssl req " + key + "-subj /CN=" + common_name + " -keyout " + name +
          ".key -out " + name + ".csr" + quiet + " && printf subjectAltName=DNS:" + kServerName +
          " > ext && openssl x509 -req -days 2 -in " + name + ".csr -CA " + ca + ".pem -CAkey " +
          ca + ".key -CAcreateserial -extfile ext -out " + name + ".pem" + quiet);
  }

  void MakeCertificates() {
    Shell("mkdir -p '" + folder_ + "/n/tls' '" + folder_ + "/n/tmp'");
    Certify("daemon", "daemon-ca", kServerName);
    Certify("front", "front-ca", kServerName);
    Certify("proxy", "proxy-ca", "front-door");
    Certify("client", "clients-ca", "ada");
    Certify("stranger", "strangers-ca", "mallory");
  }

  void StartDaemon() {
    ServerOptions options;
    options.tcp_address = "127.0.0.1:0";
    options.tls = std::make_unique<TlsFiles>(
        TlsFiles{Read(Tls("daemon.pem")), Read(Tls("daemon.key")), Read(Tls("proxy-ca.pem"))});
    const Status started = Start(std::move(options));
    ASSERT_TRUE(started.ok()) << started.ToString();
  }

  std::string Front() const { return "unix:" + folder_ + "/n/front.sock"; }

  void StartNginx() {
    std::string block = DocumentedBlock();
    Replace(block, "listen 443", "listen " + Front());
    Replace(block, "/etc/inquest/tls/", folder_ + "/n/tls/");
    Replace(block, "127.0.0.1:7301", "127.0.0.1:" + std::to_string(server_->tcp_port()));
    const std::string tmp = folder_ + "/n/tmp";
    const std::string whole =
        "daemon off; worker_processes 1; pid " + tmp + "/pid; error_log " + tmp +
        "/error.log;\nevents {}\nhttp {\naccess_log off; client_body_temp_path " + tmp +
        "/b; proxy_temp_path " + tmp + "/p; fastcgi_temp_path " + tmp + "/f; uwsgi_temp_path " +
        tmp + "/u; scgi_temp_path " + tmp + "/s;\n" + block + "}\n";
    const std::string path = folder_ + "/n/nginx.conf";
    ASSERT_TRUE(WriteFileAtomically(path, whole, 0600, Durability::kNone).ok());
    const std::vector<std::string> words = {"nginx",           "-p", tmp, "-c", path, "-e",
                                            tmp + "/error.log"};
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ASSERT_EQ(::posix_spawn(&nginx_, "/usr/sbin/nginx", nullptr, nullptr, argv.data(), environ), 0);
  }

  std::unique_ptr<v1::InvestigationService::Stub> Client(const std::string& certificate) const {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = Read(Tls("front-ca.pem"));
    tls.pem_cert_chain = Read(Tls(certificate + ".pem"));
    tls.pem_private_key = Read(Tls(certificate + ".key"));
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride(kServerName);
    return v1::InvestigationService::NewStub(
        grpc::CreateCustomChannel(Front(), grpc::SslCredentials(tls), arguments));
  }

  static grpc::Status List(v1::InvestigationService::Stub& stub) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::ListInvestigationsResponse response;
    return stub.ListInvestigations(&context, {}, &response);
  }

  pid_t nginx_ = 0;
};

TEST_F(Nginx, AsDocumentedLetsAClientCertificateThroughAndAStrangersNot) {
  MakeCertificates();
  StartDaemon();
  StartNginx();

  const grpc::Status known = List(*Client("client"));
  ASSERT_TRUE(known.ok()) << known.error_message() << Read(folder_ + "/n/tmp/error.log");

  EXPECT_FALSE(List(*Client("stranger")).ok());
}

TEST_F(Nginx, AWatchComesThroughToItsEnd) {
  MakeCertificates();
  StartDaemon();
  StartNginx();
  auto stub = Client("client");
  ASSERT_TRUE(List(*stub).ok());
  v1::CreateInvestigationRequest create = Valid();
  create.mutable_target()->set_tree_digest(std::string(64, 'a'));
  v1::CreateInvestigationResponse created;
  grpc::ClientContext create_context;
  const grpc::Status made = stub->CreateInvestigation(&create_context, create, &created);
  ASSERT_TRUE(made.ok()) << made.error_message();
  v1::WatchInvestigationRequest request;
  request.set_name(created.investigation().name());
  grpc::ClientContext context;
  auto stream = stub->WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse message;
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_TRUE(Cancel(*stub, request.name()).ok());

  v1::Event first;
  v1::Event last;
  while (stream->Read(&message)) {
    if (message.events_size() == 0) continue;
    if (first.sequence() == 0) first = message.events(0);
    last = message.events(message.events_size() - 1);
  }

  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(first.created().principal(), "cert:front-door");
  EXPECT_TRUE(last.has_ended());
}

}  // namespace
}  // namespace inquest::doors
