#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace inquest::cli {

struct Outcome {
  int exit_code = -1;  // 128 + signal when it was killed
  std::string out;
  std::string err;
};

// A home of its own for the real programs: XDG directories below a temporary folder, removed in the
// end together with the daemon that `inquest` started there.
class Home {
 public:
  Home();
  ~Home();
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  const std::string& path() const { return path_; }
  // Added to, or put over, the environment that the program gets.
  std::map<std::string, std::string>& environment() { return environment_; }

  // Runs build/bin/inquest with an empty stdin until it ends; it is killed after two minutes.
  Outcome Run(const std::vector<std::string>& arguments) const;
  // The same, started; Wait ends it. stdout and stderr go to files of the home.
  pid_t Start(const std::vector<std::string>& arguments, const std::string& name) const;
  Outcome Wait(pid_t pid, const std::string& name) const;

  // The daemon that listens in this home, 0 if none does.
  pid_t Daemon() const;
  // SIGKILLs it and waits until it is gone.
  void KillDaemon() const;

 private:
  std::string path_;
  std::map<std::string, std::string> environment_;
};

}  // namespace inquest::cli
