// Linked into what the instrumented compilers build: notes the arguments and the standard input of
// the process, without taking a byte of it, and at its end has the program `replay` run it again.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "../ending.h"

enum { kInputBytes = 1 << 15, kWaitMilliseconds = 200 };

static int input = -1;  // a memory file: what stdin holds
static char executable[kPathBytes];
static char arguments[kInputBytes];
static size_t argument_bytes;

static void Keep(const char* data, ssize_t size) {
  input = memfd_create("input", MFD_CLOEXEC);
  if (input >= 0 && size > 0 && write(input, data, (size_t)size) != size) {
    close(input);
    input = -1;
  }
}

// Only what a writer that is done has left in the pipe: a copy of it, and it stays there.
static void KeepPipe(char* data) {
  struct pollfd polled = {STDIN_FILENO, POLLRDHUP, 0};
  int copy[2];
  if (poll(&polled, 1, kWaitMilliseconds) != 1 || !(polled.revents & POLLHUP)) return;
  if (pipe2(copy, O_CLOEXEC | O_NONBLOCK) != 0) return;
  const ssize_t there = tee(STDIN_FILENO, copy[1], kInputBytes, SPLICE_F_NONBLOCK);
  if (there >= 0 && there < kInputBytes && read(copy[0], data, kInputBytes) == there) {
    Keep(data, there);
  } else if (there == 0) {
    Keep(data, 0);
  }
  close(copy[0]);
  close(copy[1]);
}

static void KeepInput(void) {
  static char data[kInputBytes];
  struct stat info;
  if (fstat(STDIN_FILENO, &info) != 0) return;
  if (S_ISFIFO(info.st_mode)) {
    KeepPipe(data);
  } else if (S_ISREG(info.st_mode)) {
    const off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    const ssize_t size = pread(STDIN_FILENO, data, sizeof data, at);
    if (size >= 0 && size < kInputBytes) Keep(data, size);
  } else if (S_ISCHR(info.st_mode)) {
    Keep(data, 0);  // /dev/null
  }
}

// `replay` gets the input as its own, then the executable and the arguments.
static void Replay(const char* replay, long process, const char* outcome) {
  (void)process;
  (void)outcome;
  enum { kArguments = 64 };
  char* words[kArguments + 3] = {(char*)replay, executable};
  int count = 2;
  for (size_t at = 0; at < argument_bytes; at += strlen(arguments + at) + 1) {
    if (count == kArguments + 2) return;
    words[count++] = arguments + at;
  }
  dup2(input, STDIN_FILENO);
  lseek(STDIN_FILENO, 0, SEEK_SET);
  execv(replay, words);
}

__attribute__((constructor(101))) static void Begin(void) {
  const int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  const ssize_t size = read(file, arguments, sizeof arguments - 1);
  close(file);
  const ssize_t path = readlink("/proc/self/exe", executable, sizeof executable - 1);
  if (size <= 0 || size == sizeof arguments - 1 || path <= 0) return;
  argument_bytes = (size_t)size;
  if (getenv("INQUEST_OUT") == NULL) return;
  KeepInput();
  if (input >= 0) LookAtEnd("replay", Replay);
}
