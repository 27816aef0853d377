#pragma once

// What process.c and inputs.c share: a look at the end of the process, however it ends (an exit,
// _exit, a deadly signal), from a copy of it that waits for nothing: a broken heap or a held lock
// must not matter. To be included by one file of a program.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadly_signals.h"

enum { kCopySeconds = 10, kPathBytes = 4096 };

// In the copy, with its own alarm: starts the instrument's program, or returns.
typedef void (*Look)(const char* program, long process, const char* outcome);

static Look look;
static char program[kPathBytes];
static volatile sig_atomic_t ended;

static void Record(const char* outcome) {
  const long process = getpid();
  // No signal at its end: the program's own wait() must not see it.
  const long copy = syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
  if (copy == 0) {
    sigset_t none;
    sigemptyset(&none);
    signal(SIGALRM, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    alarm(kCopySeconds);
    look(program, process, outcome);
    syscall(SYS_exit_group, 0);
  }
  if (copy < 0) return;
  while (waitpid((pid_t)copy, NULL, __WALL) < 0 && kill((pid_t)copy, 0) == 0) {
  }
}

static void End(int status) {
  if (ended || look == NULL) return;
  ended = 1;
  Record(status == 0 ? "ended" : "failed");
}

static void OnExit(int status, void* unused) {
  (void)unused;
  End(status);
}

void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
void __wrap__Exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) {
  End(status);
  __real__exit(status);
}
void __wrap__Exit(int status) { __wrap__exit(status); }

static void OnDeadlySignal(int number) {
  End(1);
  signal(number, SIG_DFL);
  raise(number);
}

// False: this process is not to be looked at.
static int LookAtEnd(const char* name, Look how) {
  if (getenv("INQUEST_OUT") == NULL) return 0;
  const char* root = getenv("INQUEST_INSTRUMENT_FOLDER");
  if (root == NULL) root = "/inquest/instrument";
  if (strlen(root) + strlen(name) + 2 > sizeof program) return 0;
  strcpy(program, root);
  strcat(program, "/");
  strcat(program, name);
  if (access(program, X_OK) != 0) return 0;
  look = how;
  on_exit(OnExit, NULL);
  static const int kDeadly[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT, SIGTRAP,
                                SIGSYS,  SIGTERM, SIGALRM, SIGXCPU, SIGPIPE, SIGINT};
  HandleSignals(kDeadly, sizeof kDeadly / sizeof kDeadly[0], OnDeadlySignal, 0);
  return 1;
}
