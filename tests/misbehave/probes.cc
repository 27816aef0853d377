#include "tests/misbehave/probes.h"

namespace inquest::sandbox {

std::string WithPrelude(const std::string& command) {
  return "P='import ctypes,os,sys,socket\n"
         "libc=ctypes.CDLL(None,use_errno=True)\n"
         "def call(*a):\n"
         "  return libc.syscall(*[ctypes.c_long(x) if isinstance(x,int) else x for x in a])\n"
         "def won(x):\n"
         "  print(\"ESCAPED\" if x else \"held\")\n'\n" +
         command;
}

// System call numbers are those of x86-64.
const std::vector<Probe> kProbes = {
    // Reading what is the host's.
    {"read_secret", "cat {SECRET}"},
    {"read_secret_by_root_link", "cat /proc/1/root{SECRET} /proc/self/root{SECRET}"},
    {"read_secret_by_victim", "cat /proc/{VICTIM}/root{SECRET}"},
    {"read_secret_by_workspace_link", "ln -s {SECRET} l; cat l"},
    {"read_environment_of_victim", "tr '\\0' '\\n' < /proc/{VICTIM}/environ"},
    {"read_own_environment", "env; cat /proc/self/environ /proc/1/environ"},
    {"read_arguments_of_init",
     "tr '\\0' '\\n' < /proc/1/cmdline | grep -q -e '[-]-ro-bind' && echo ESCAPED"},
    {"read_shadow", "cat /etc/shadow | grep -q root && echo ESCAPED"},
    {"read_people", "grep -q _apt /etc/passwd && echo ESCAPED"},
    {"read_home", "ls -A /root /home/* | grep -q . && echo ESCAPED"},
    {"read_disk",
     "for d in /dev/vda /dev/sda /dev/mem /dev/kmem; do head -c1 $d; done | grep -q '' && "
     "echo ESCAPED"},
    {"read_kernel_log",
     "python3 -c \"$P\nb=ctypes.create_string_buffer(99)\nwon(call(103,3,b,99)>=0)\""},
    // Writing outside.
    {"write_outside", "echo x > {OUTSIDE}/file"},
    {"write_by_parent", "cd /workspace; echo x > ../../../../..{OUTSIDE}/file"},
    {"write_system", "echo x > /usr/inquest-probe && echo ESCAPED; rm -f /usr/inquest-probe"},
    {"write_etc", "echo x > /etc/inquest-probe && echo ESCAPED; rm -f /etc/inquest-probe"},
    {"write_root", "echo x > /inquest-probe && echo ESCAPED; rm -f /inquest-probe"},
    {"write_kernel_setting",
     "cat /proc/sys/kernel/hostname > /proc/sys/kernel/hostname && echo ESCAPED"},
    {"write_cgroup",
     "mkdir /sys/fs/cgroup/pids/inquest-probe && echo ESCAPED; "
     "rmdir /sys/fs/cgroup/pids/inquest-probe"},
    {"write_core_pattern",
     "test -w /proc/sys/kernel/core_pattern && "
     "python3 -c 'open(\"/proc/sys/kernel/core_pattern\",\"a\");print(\"ESCAPED\")'"},
    {"remount_writable", "mount -o remount,rw / && echo ESCAPED"},
    // The network.
    {"connect_tcp", "python3 -c \"$P\nsocket.create_connection(('127.0.0.1',{PORT}),1)\""},
    {"connect_udp",
     "python3 -c "
     "\"$P\nsocket.socket(socket.AF_INET,socket.SOCK_DGRAM).sendto(b'x',('127.0.0.1',{UDP}))\""},
    {"connect_abstract",
     "python3 -c \"$P\ns=socket.socket(socket.AF_UNIX)\ns.connect(chr(0)+'{ABSTRACT}')\""},
    {"connect_unix_path",
     "python3 -c \"$P\ns=socket.socket(socket.AF_UNIX)\ns.connect('{OUTSIDE}.sock')\""},
    {"raw_socket", "python3 -c \"$P\nsocket.socket(socket.AF_INET,socket.SOCK_RAW,1);won(1)\""},
    {"packet_socket", "python3 -c \"$P\nsocket.socket(socket.AF_PACKET,socket.SOCK_RAW);won(1)\""},
    {"netlink_socket",
     "python3 -c \"$P\nsocket.socket(socket.AF_NETLINK,socket.SOCK_RAW,0);won(1)\""},
    {"vsock_socket", "python3 -c \"$P\nsocket.socket(40,socket.SOCK_STREAM);won(1)\""},
    {"alg_socket", "python3 -c \"$P\nsocket.socket(38,socket.SOCK_SEQPACKET);won(1)\""},
    // Other processes. Those that are to outlive the run get the time to become what is looked for.
    {"kill_victim", "kill -9 {VICTIM}"},
    {"kill_all", "python3 -c \"$P\nos.kill({VICTIM},9)\""},
    {"ptrace_child",
     "python3 -c \"$P\np=os.fork()\nif p==0: "
     "os.execvp('sleep',['sleep','1'])\nwon(call(101,16,p,0,0)==0)\""},
    {"ptrace_victim", "python3 -c \"$P\nwon(call(101,16,{VICTIM},0,0)==0)\""},
    {"pidfd_of_victim", "python3 -c \"$P\nf=call(434,{VICTIM},0)\nwon(f>=0)\""},
    {"see_victim", "tr '\\0' ' ' < /proc/{VICTIM}/cmdline | grep -q sleep && echo ESCAPED"},
    {"outlive_run",
     "setsid sh -c 'exec -a x sleep 1{MARK}' & setsid sleep 1{MARK} >/dev/null 2>&1 & "
     "sleep .3"},
    {"outlive_holding_pipe", "(setsid sleep 1{MARK} &) ; sleep .3"},
    {"outlive_ignoring_signals", "(trap '' HUP INT TERM QUIT; sleep 1{MARK} & ) ; sleep .3"},
    // The kernel's surface.
    {"nested_userns", "unshare -U true && echo ESCAPED"},
    {"nested_userns_root", "unshare -r id -u | grep -qx 0 && echo ESCAPED"},
    {"mount_tmpfs", "mount -t tmpfs x /tmp && echo ESCAPED"},
    {"device_node", "mknod d b 8 0 && echo ESCAPED; mknod /tmp/d c 1 1 && echo ESCAPED"},
    {"bpf",
     "python3 -c "
     "\"$P\nb=ctypes.create_string_buffer(bytes([2,0,0,0,4,0,0,0,8,0,0,0,1,0,0,0]),72)\n"
     "won(call(321,0,b,72)>=0)\""},
    {"io_uring", "python3 -c \"$P\nb=ctypes.create_string_buffer(120)\nwon(call(425,4,b)>=0)\""},
    {"userfaultfd", "python3 -c \"$P\nwon(call(323,1)>=0)\""},
    {"perf",
     "python3 -c \"$P\nb=ctypes.create_string_buffer(bytes([1,0,0,0,112,0,0,0]),112)\n"
     "won(call(298,b,0,-1,-1,0)>=0)\""},
    {"keyctl", "python3 -c \"$P\nwon(call(250,0,-3,1)>=0)\""},
    {"open_by_handle",
     "python3 -c \"$P\nb=ctypes.create_string_buffer(bytes([128,0,0,0]),136)\n"
     "m=ctypes.c_int()\nwon(call(303,-100,b'/usr',b,ctypes.byref(m),0)>=0)\""},
    {"personality", "python3 -c \"$P\nwon(call(135,0x40000)>=0)\""},
    {"memfd_secret", "python3 -c \"$P\nwon(call(447,0)>=0)\""},
    {"clone_namespace",
     "python3 -c \"$P\np=call(56,0x10000000|17,0,0,0,0)\nif p==0: os._exit(0)\n"
     "won(p>0)\""},
    {"x32_call", "python3 -c \"$P\nwon(call(0x40000000+39)>0)\""},
    {"terminal_words",
     "python3 -c \"$P\nimport fcntl,pty\nm,s=pty.openpty()\nos.setsid()\n"
     "fcntl.ioctl(s,0x540E,0)\nfcntl.ioctl(s,0x5412,b'x');won(1)\""},
    {"capabilities", "grep -q 'CapEff:.*[1-9a-f]' /proc/self/status && echo ESCAPED"},
    {"raise_priority", "nice -n -5 true 2>&1 | grep -q . || echo ESCAPED"},
    {"core_dump", "ulimit -c unlimited && test \"$(ulimit -c)\" = unlimited && echo ESCAPED"},
    {"inherited_descriptors", "ls /proc/self/fd | awk '$1>3' | grep -q . && echo ESCAPED"},
    // More of what is the host's.
    {"read_private", "cat {PRIVATE}/key"},
    {"read_shared_memory",
     "python3 -c \"$P\nlibc.shmat.restype=ctypes.c_void_p\n"
     "i=libc.shmget({SHARED},0,0)\nif i>=0: print(ctypes.string_at(libc.shmat(i,None,0)))\""},
    {"read_by_parent", "cat /proc/$PPID/root{SECRET}"},
    {"host_name", "test \"$(uname -n)\" = '{HOST}' && echo ESCAPED"},
    {"see_own_group", "grep -q /inquest/ /proc/self/cgroup && echo ESCAPED"},
    {"see_devices",
     "ls /dev | grep -vxE 'null|zero|full|random|urandom|tty|fd|std(in|out|err)|core|pts|ptmx|shm|"
     "console' | grep -q . && echo ESCAPED"},
    {"session_of_others", "python3 -c \"$P\nwon(os.getsid(0)==0)\""},
    // Other processes, by whoever started them.
    {"kill_parent",
     "if test $PPID = 1; then kill -9 1; sleep .1; kill -0 1 || echo ESCAPED; "
     "else kill -9 $PPID && echo ESCAPED; fi"},
    {"ptrace_parent", "python3 -c \"$P\nwon(call(101,16,os.getppid(),0,0)==0)\""},
    {"limit_of_victim",
     "python3 -c \"$P\nb=ctypes.create_string_buffer(16)\nwon(call(302,{VICTIM},7,0,b)==0)\""},
    {"memory_of_victim",
     "python3 -c \"$P\nb=ctypes.create_string_buffer(16)\n"
     "v=(ctypes.c_size_t*2)(ctypes.addressof(b),16)\n"
     "won(call(310,{VICTIM},v,1,v,1,0)>=0 or ctypes.get_errno()==14)\""},
    {"namespace_of_victim",
     "python3 -c \"$P\nwon(call(308,os.open('/proc/{VICTIM}/ns/net',0),0)==0)\""},
    {"namespace_of_init", "python3 -c \"$P\nwon(call(308,os.open('/proc/1/ns/uts',0),0)==0)\""},
    {"outlive_by_double_fork",
     "python3 -c \"$P\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\n"
     "os.execvp('sleep',['sleep','1{MARK}'])\"; sleep .3"},
    {"outlive_stopped",
     "sleep 1{MARK} & p=$!; setsid sleep 1{MARK} >/dev/null 2>&1 & sleep .3; kill -STOP $p $!"},
    {"outstay", "sleep 3; echo ESCAPED"},
    // More of the kernel's surface.
    {"pivot_root", "python3 -c \"$P\nwon(call(155,b'.',b'.')==0)\""},
    {"change_root", "python3 -c \"$P\nos.chroot('/tmp');won(1)\""},
    {"new_mount_api", "python3 -c \"$P\nwon(call(430,b'tmpfs',0)>=0)\""},
    {"mount_bind", "mount --bind / /tmp && echo ESCAPED"},
    {"unshare_net", "python3 -c \"$P\nwon(call(272,0x40000000)==0)\""},
    {"add_key", "python3 -c \"$P\nwon(call(248,b'user',b'inquest-probe',b'x',1,-2)>=0)\""},
    {"set_clock", "python3 -c \"$P\nimport time\ntime.clock_settime(0,time.time());won(1)\""},
    {"loop_device", "python3 -c \"$P\nos.open('/dev/loop-control',2);won(1)\""},
    {"leave_group",
     "for d in /sys/fs/cgroup /sys/fs/cgroup/*; do echo 0 > $d/cgroup.procs && echo ESCAPED; done"},
    {"mount_cgroup", "mount -t cgroup -o memory x /tmp && echo ESCAPED"},
    // More than its share. Limits are those of ProbeLimits.
    {"fork_bomb",
     "python3 -c \"$P\nimport time\nkids=[]\ntry:\n  for i in range(100):\n    p=os.fork()\n"
     "    if p==0: time.sleep(9); os._exit(0)\n    kids.append(p)\nexcept OSError: pass\n"
     "won(len(kids)==100)\nfor p in kids: os.kill(p,9)\""},
    {"memory_bomb", "python3 -c \"$P\nb=b'x'*(400<<20)\nwon(len(b))\""},
    {"memory_hold", "python3 -c \"$P\nimport time\nb=b'x'*(400<<20)\ntime.sleep(1)\nwon(len(b))\""},
    {"memory_by_tmp",
     "python3 -c \"$P\nfor i in range(100): open('/tmp/f%d'%i,'wb').write(b'x'*(4<<20))\nwon(1)\""},
    {"huge_file",
     "head -c 20000000 /dev/zero > f; test \"$(stat -c %s f)\" -ge 20000000 && echo ESCAPED"},
    {"sparse_file", "truncate -s 1T s; test \"$(stat -c %s s)\" -ge 20000000 && echo ESCAPED"},
    {"fill_disk",
     "for i in $(seq 25); do head -c 4000000 /dev/zero > d$i || exit; sleep .1; done; "
     "test $(ls d* | wc -l) = 25 && echo ESCAPED"},
    {"burn_cpu", "python3 -c \"$P\nimport time\nwhile time.process_time()<3: pass\nwon(1)\""},
    {"many_descriptors",
     "python3 -c \"$P\nimport resource as r\nh=r.getrlimit(r.RLIMIT_NOFILE)[1]\n"
     "r.setrlimit(r.RLIMIT_NOFILE,(h,h))\nfor i in range(1100): os.dup(1)\nwon(1)\""},
    {"lock_memory",
     "python3 -c \"$P\nb=ctypes.create_string_buffer(1<<20)\nwon(libc.mlock(b,1<<20)==0)\""},
    {"message_queue",
     "python3 -c \"$P\nwon(libc.mq_open(b'/inquest-probe',66,384,None)>=0)\n"
     "libc.mq_unlink(b'/inquest-probe')\""},
    {"pending_signals",
     "python3 -c \"$P\nimport signal\nsignal.pthread_sigmask(signal.SIG_BLOCK,[40])\nn=0\n"
     "while n<3000 and libc.sigqueue(os.getpid(),40,None)==0: n+=1\nwon(n==3000)\""},
    {"flood_output", "head -c 3000000 /dev/zero"},
    // The folder whose files the host collects.
    {"out_symlink", "ln -s {SECRET} /inquest/out/l; ln -s / /inquest/out/d; echo > /inquest/out/r"},
    {"out_hard_link", "ln {SECRET} /inquest/out/h; ln -P /proc/1/root{SECRET} /inquest/out/g"},
    {"out_specials",
     "mkfifo /inquest/out/fifo; mknod /inquest/out/dev c 1 5; python3 -c "
     "\"$P\nsocket.socket(socket.AF_UNIX).bind('/inquest/out/s')\""},
    {"out_replaced",
     "cd /; mv /inquest/out /inquest/old && ln -s /etc /inquest/out && echo ESCAPED"},
    {"out_many_files", "cd /inquest/out; for i in $(seq 3000); do : > $i; done"},
    {"out_names",
     "cd /inquest/out; : > \"$(printf '\\033]0;x\\007\\nname')\"; mkdir -p a/../b; : > b/..x"},
};

const std::vector<Probe>& Probes() { return kProbes; }

}  // namespace inquest::sandbox
