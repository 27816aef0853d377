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
    // Other processes.
    {"kill_victim", "kill -9 {VICTIM}"},
    {"kill_all", "python3 -c \"$P\nos.kill({VICTIM},9)\""},
    {"ptrace_child",
     "python3 -c \"$P\np=os.fork()\nif p==0: "
     "os.execvp('sleep',['sleep','1'])\nwon(call(101,16,p,0,0)==0)\""},
    {"ptrace_victim", "python3 -c \"$P\nwon(call(101,16,{VICTIM},0,0)==0)\""},
    {"pidfd_of_victim", "python3 -c \"$P\nf=call(434,{VICTIM},0)\nwon(f>=0)\""},
    {"see_victim", "tr '\\0' ' ' < /proc/{VICTIM}/cmdline | grep -q sleep && echo ESCAPED"},
    {"outlive_run",
     "setsid sh -c 'exec -a x sleep 1{MARK}' & setsid sleep 1{MARK} >/dev/null 2>&1 &"},
    {"outlive_holding_pipe", "(setsid sleep 1{MARK} &) ; exit 0"},
    {"outlive_ignoring_signals", "(trap '' HUP INT TERM QUIT; sleep 1{MARK} & ) ; exit 0"},
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
};

const std::vector<Probe>& Probes() { return kProbes; }

}  // namespace inquest::sandbox
