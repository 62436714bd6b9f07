/* Load for `bihuan bench ingest`: many devices, each on a connection of its own, at one rate for all.
 *
 * usage: load HOST PORT RATE SECONDS < MNs, one a line
 * First each device says one message, which is not counted: a city's devices have been connected for long. Then
 * message k is due at k / RATE seconds, whether the gateway keeps up or not. Prints one line of JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { OPEN = 64, FRAME = 1024, EVENTS = 1024, BUFFER = 65536, AFTER = 10, AT_ONCE = 500 };

struct sent { char number[32]; double at; };
struct device {
    int fd, first, count, left, out;
    long messages;
    char mn[25], frame[FRAME];
    struct sent open[OPEN];
};

static struct device *devices;
static int many, wrong;
static uint16_t table[256];
static float *latencies;
static long answered, sent, behind, unknown_answers;
static double begun, last;
static time_t first_time;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void build_table(void) {
    for (int n = 0; n < 256; n++) {
        uint16_t v = n;
        for (int bit = 0; bit < 8; bit++) v = v >> 1 ^ (v & 1 ? 0xA001 : 0);
        table[n] = v;
    }
}

static uint16_t check_value(const char *data, int size) {
    uint16_t v = 0xFFFF;
    for (int n = 0; n < size; n++) v = table[(uint8_t)((v >> 8) ^ (uint8_t)data[n])];
    return v;
}

static void beijing(time_t seconds, char *text) {
    struct tm parts;
    seconds += 8 * 3600;
    gmtime_r(&seconds, &parts);
    strftime(text, 15, "%Y%m%d%H%M%S", &parts);
}

static void request_number(char *text) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    beijing(t.tv_sec, text);
    snprintf(text + 14, 4, "%03d", (int)(t.tv_nsec / 1000000));
}

static const char *FACTORS[] = {"w00000", "w01001", "w01018", "w21003", "w21011", "w21001", "w01012"};

static int build(struct device *d, struct sent *one) {
    char time_of_data[15], number[32], *at = d->frame + 6;
    beijing(first_time + d->messages, time_of_data); /* each message of a device has a time of its own */
    request_number(number);
    strcpy(one->number, number);
    at += sprintf(at, "QN=%s;ST=32;CN=2051;PW=123456;MN=", number);
    at = stpcpy(at, d->mn);
    at += sprintf(at, ";Flag=5;CP=&&DataTime=%s", time_of_data);
    for (unsigned n = 0; n < sizeof FACTORS / sizeof *FACTORS; n++) {
        double value = (random() % 9000) / 100.0 + 1;
        at += sprintf(at, ";%s-Min=%.2f,%s-Avg=%.2f,%s-Max=%.2f,%s-Flag=N", FACTORS[n], value * 0.9, FACTORS[n],
                      value, FACTORS[n], value * 1.1, FACTORS[n]);
    }
    at += sprintf(at, "&&");
    int size = at - d->frame - 6;
    char length[7];
    sprintf(length, "##%04d", size);
    memcpy(d->frame, length, 6);
    at += sprintf(at, "%04X\r\n", check_value(d->frame + 6, size));
    return at - d->frame;
}

static void push(struct device *d) {
    while (d->left) {
        ssize_t done = send(d->fd, d->frame + d->out, d->left, MSG_NOSIGNAL);
        if (done < 0) {
            if (errno != EAGAIN) wrong++, d->left = 0;
            return;
        }
        d->out += done, d->left -= done;
    }
}

static void say(struct device *d) {
    if (d->fd < 0 || d->left || d->count == OPEN) {
        behind++;
        push(d);
        return;
    }
    struct sent *one = &d->open[(d->first + d->count) % OPEN];
    d->left = build(d, one), d->out = 0;
    one->at = now();
    d->count++, d->messages++, sent++;
    push(d);
}

static void hear(struct device *d) {
    static char buffer[BUFFER + 1];
    ssize_t size = recv(d->fd, buffer, BUFFER, 0);
    if (size <= 0) {
        if (size < 0 && errno == EAGAIN) return;
        wrong++, close(d->fd), d->fd = -1;
        return;
    }
    buffer[size] = 0;
    /* an answer that is cut in two by the kernel is rare and counts as unanswered */
    for (char *at = strstr(buffer, "QN="); at; at = strstr(at + 3, "QN=")) {
        int found = 0;
        for (; d->count && !found; d->first = (d->first + 1) % OPEN, d->count--) {
            struct sent *one = &d->open[d->first];
            if ((found = !strncmp(one->number, at + 3, 17))) latencies[answered++] = (now() - one->at) * 1000;
        }
        unknown_answers += !found;
    }
}

static int dial(const char *host, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, host, &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0) return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) {
        close(fd);
        return -1;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static int upwards(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void listen_to_all(int poll, int milliseconds) {
    struct epoll_event events[EVENTS];
    int found = epoll_wait(poll, events, EVENTS, milliseconds);
    for (int n = 0; n < found; n++)
        if (devices[events[n].data.u32].fd >= 0) hear(&devices[events[n].data.u32]);
}

static void await_answers(int poll, double seconds) {
    double until = now() + seconds;
    while (answered < sent && now() < until) {
        long before = answered;
        listen_to_all(poll, 10);
        if (answered > before) last = now();
    }
}

static void read_devices(void) {
    char line[64];
    int room = 0;
    while (fgets(line, sizeof line, stdin)) {
        if (many == room) devices = realloc(devices, (room = room ? 2 * room : 1024) * sizeof *devices);
        memset(&devices[many], 0, sizeof *devices);
        sscanf(line, "%24s", devices[many++].mn);
    }
}

int main(int count, char **words) {
    if (count != 5) return 2;
    double rate = atof(words[3]), seconds = atof(words[4]);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    build_table();
    read_devices();
    long due = 0, whole = (long)(rate * seconds);
    latencies = malloc((whole + many + 1) * sizeof *latencies);
    int poll = epoll_create1(0), connected = 0;
    for (int n = 0; n < many; n++) {
        devices[n].fd = dial(words[1], atoi(words[2]));
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = n};
        if (devices[n].fd >= 0) connected++, epoll_ctl(poll, EPOLL_CTL_ADD, devices[n].fd, &event);
    }
    first_time = time(NULL) - 86400;
    for (int n = 0; n < many; n++) {
        say(&devices[n]);
        if (n % AT_ONCE == 0) await_answers(poll, AFTER);
    }
    await_answers(poll, AFTER);
    answered = sent = behind = 0;
    last = begun = now();
    double passed;
    while ((passed = now() - begun) < seconds) {
        for (long wanted = (long)(passed * rate); due < wanted && due < whole; due++) say(&devices[due % many]);
        listen_to_all(poll, 1);
    }
    await_answers(poll, AFTER);
    qsort(latencies, answered, sizeof *latencies, upwards);
    printf("{\"connected\": %d, \"offered\": %ld, \"sent\": %ld, \"acknowledged\": %ld, \"not_sent\": %ld, "
           "\"errors\": %d, \"strange_answers\": %ld, \"seconds\": %.3f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, "
           "\"longest_ms\": %.2f}\n",
           connected, whole, sent, answered, behind, wrong, unknown_answers, last - begun,
           answered ? latencies[answered / 2] : 0, answered ? latencies[(long)(answered * 0.99)] : 0,
           answered ? latencies[answered - 1] : 0);
    return 0;
}
