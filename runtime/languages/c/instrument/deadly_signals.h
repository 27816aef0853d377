#pragma once

// What backtrace.c and ending.h share: a handler of the signals that end a process, on a stack of
// its own, where the program has none. To be included by one file of a program.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <signal.h>
#include <stddef.h>
#include <string.h>

static char signal_stack[1 << 16];

static void HandleSignals(const int* numbers, size_t count, void (*handler)(int), int flags) {
  const stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
  sigaltstack(&stack, NULL);
  for (size_t i = 0; i < count; ++i) {
    struct sigaction before;
    if (sigaction(numbers[i], NULL, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_ONSTACK | flags;
    sigaction(numbers[i], &action, NULL);
  }
}
