#include "runtime/daemon/daemon.h"
#include "runtime/daemon/parts.h"

int main(int argc, char** argv) {
  return inquest::daemon::RunProgram(argc, argv, inquest::daemon::Assemble);
}
