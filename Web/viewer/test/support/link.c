/*
 * A bad link: runs a command in a network namespace of its own, and carries packets between that one (10.77.0.1) and another
 * (10.77.0.2), which LINK_FAR names in the command's environment, with a delay, losses and a rate, each way alike. For machines whose
 * kernel has no netem. Nothing outlives it.
 *
 *   SIGUSR1   whatever was sent from or to a UDP port of the far end until now has no way any more, as when a NAT forgets its ports
 *   SIGUSR2   nothing gets through; and once more: everything does again
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { QUEUE = 16384, PACKET = 2048, EXIT_CANNOT = 77 };

/* A full queue holds back as much as a home router does. */
static const double queue_seconds = 0.1;

struct packet { double due; int bytes; unsigned char *data; };
struct way { struct packet queue[QUEUE]; unsigned first, next; double busy_until; };

static struct way ways[2];
static unsigned char seen[65536], dead[65536];
static volatile sig_atomic_t forget, blocked, ending;

static void fail(const char *what) {
  fprintf(stderr, "link: %s: %s\n", what, strerror(errno));
  exit(EXIT_CANNOT);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The losses of every run are the same. */
static double chance(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (double)(state >> 11) / (double)(1ull << 53);
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file < 0 || write(file, text, strlen(text)) < 0) fail(path);
  close(file);
}

/* Whoever is not root becomes it in a user namespace. */
static void become_root(void) {
  char map[64];
  unsigned user = geteuid(), group = getegid();
  if (user == 0) return;
  if (unshare(CLONE_NEWUSER) < 0) fail("a user namespace");
  write_file("/proc/self/setgroups", "deny");
  snprintf(map, sizeof map, "0 %u 1", user);
  write_file("/proc/self/uid_map", map);
  snprintf(map, sizeof map, "0 %u 1", group);
  write_file("/proc/self/gid_map", map);
}

static void bring_up(int control, struct ifreq *request) {
  if (ioctl(control, SIOCGIFFLAGS, request) < 0) fail("the flags of an interface");
  request->ifr_flags |= IFF_UP;
  if (ioctl(control, SIOCSIFFLAGS, request) < 0) fail("an interface");
}

static void set_address(int control, struct ifreq *request, unsigned long what, const char *text) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  inet_pton(AF_INET, text, &address.sin_addr);
  memcpy(&request->ifr_addr, &address, sizeof address);
  if (ioctl(control, what, request) < 0) fail("an address");
}

/* A namespace with a loopback and one end of the link; the process is in it then. */
static int make_end(const char *own, const char *other) {
  struct ifreq loopback = {.ifr_name = "lo"}, request = {.ifr_name = "link0"};
  int control, tun;
  if (unshare(CLONE_NEWNET) < 0) fail("a network namespace");
  control = socket(AF_INET, SOCK_DGRAM, 0);
  bring_up(control, &loopback);
  tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tun < 0) fail("/dev/net/tun");
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(tun, TUNSETIFF, &request) < 0) fail("a TUN interface");
  set_address(control, &request, SIOCSIFADDR, own);
  set_address(control, &request, SIOCSIFDSTADDR, other);
  bring_up(control, &request);
  close(control);
  return tun;
}

/* The port of the far end of a UDP packet over IPv4, or 0. */
static unsigned far_port(const unsigned char *packet, int bytes, int from_far) {
  int header = (packet[0] & 15) * 4;
  if (bytes < 20 || packet[0] >> 4 != 4 || packet[9] != IPPROTO_UDP || bytes < header + 8) return 0;
  packet += header + (from_far ? 0 : 2);
  return (unsigned)packet[0] << 8 | packet[1];
}

static void take(struct way *way, const unsigned char *packet, int bytes, int from_far, double delay, double loss, double bytes_per_second) {
  double time = now(), wait = 0;
  unsigned port = far_port(packet, bytes, from_far);
  struct packet *slot = &way->queue[way->next % QUEUE];
  seen[port] = 1;
  if (blocked || (port != 0 && dead[port]) || chance() < loss || way->next - way->first == QUEUE) return;
  if (bytes_per_second > 0) {
    if (way->busy_until < time) way->busy_until = time;
    if (way->busy_until - time > queue_seconds) return;
    way->busy_until += bytes / bytes_per_second;
    wait = way->busy_until - time;
  }
  slot->data = malloc((size_t)bytes);
  if (slot->data == NULL) return;
  memcpy(slot->data, packet, (size_t)bytes);
  slot->bytes = bytes;
  slot->due = time + delay + wait;
  way->next++;
}

/* Gives what is due to the other end; the time at which the next is. */
static double give(struct way *way, int to, double time) {
  while (way->first != way->next) {
    struct packet *packet = &way->queue[way->first % QUEUE];
    if (packet->due > time) return packet->due;
    if (write(to, packet->data, (size_t)packet->bytes) < 0 && errno == EBADF) fail("the other end");
    free(packet->data);
    way->first++;
  }
  return time + 0.1;
}

static void carry(const int *ends, double delay, double loss, double bytes_per_second) {
  unsigned char packet[PACKET];
  struct pollfd ready[2] = {{.fd = ends[0], .events = POLLIN}, {.fd = ends[1], .events = POLLIN}};
  double time = now(), next = give(&ways[0], ends[1], time), other = give(&ways[1], ends[0], time);
  struct timespec wait = {0};
  if (other < next) next = other;
  next -= now();
  if (next > 0) wait.tv_nsec = (long)((next < 0.1 ? next : 0.1) * 1e9);
  ppoll(ready, 2, &wait, NULL);
  if (forget) {
    forget = 0;
    for (int port = 0; port < 65536; port++) dead[port] |= seen[port];
  }
  for (int end = 0; end < 2; end++) {
    for (int most = 0, bytes; most < 64 && (bytes = (int)read(ends[end], packet, sizeof packet)) > 0; most++) {
      take(&ways[end], packet, bytes, end == 1, delay, loss, bytes_per_second);
    }
  }
}

static void on_signal(int number) {
  if (number == SIGUSR1) forget = 1;
  else if (number == SIGUSR2) blocked = !blocked;
  else ending = 1;
}

int main(int count, char **arguments) {
  int ends[2], near, far, status;
  char name[64];
  pid_t child;
  if (count < 5) {
    fprintf(stderr, "usage: link DELAY_MS LOSS_PERCENT MEGABITS_PER_SECOND COMMAND [ARGUMENT...] (one way; 0 for no limit)\n");
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  become_root();
  ends[0] = make_end("10.77.0.1", "10.77.0.2");
  near = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  ends[1] = make_end("10.77.0.2", "10.77.0.1");
  far = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (near < 0 || far < 0 || setns(near, CLONE_NEWNET) < 0) fail("the near namespace");
  snprintf(name, sizeof name, "/proc/%d/fd/%d", getpid(), far);
  setenv("LINK_FAR", name, 1);
  for (int at = 0; at < 4; at++) signal((const int[]){SIGUSR1, SIGUSR2, SIGTERM, SIGINT}[at], on_signal);
  child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execvp(arguments[4], arguments + 4);
    fail(arguments[4]);
  }
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (ending) kill(child, SIGTERM);
    ending = 0;
    carry(ends, atof(arguments[1]) / 1000, atof(arguments[2]) / 100, atof(arguments[3]) * 125000);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
