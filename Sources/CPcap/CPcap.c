// Each function of libpcap that is used, as a call into the library that was loaded. The names and
// types are those of its header, so that the compiler checks them.
#include "CPcap.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#define FUNCTIONS(DO) \
    DO(pcap_activate) DO(pcap_close) DO(pcap_compile) DO(pcap_create) DO(pcap_datalink) \
    DO(pcap_dispatch) DO(pcap_freecode) DO(pcap_get_selectable_fd) \
    DO(pcap_get_tstamp_precision) DO(pcap_geterr) DO(pcap_set_buffer_size) \
    DO(pcap_set_snaplen) DO(pcap_set_timeout) DO(pcap_set_tstamp_precision) \
    DO(pcap_setfilter) DO(pcap_setnonblock) DO(pcap_stats) DO(pcap_statustostr)

#define POINTER(name) static __typeof__(&name) loaded_##name;
FUNCTIONS(POINTER)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool isLoaded;

static void load(void) {
    // Debian's name, then everybody else's.
    void *library = dlopen("libpcap.so.0.8", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) library = dlopen("libpcap.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    isLoaded = true;
#define FIND(name) \
    loaded_##name = (__typeof__(&name))dlsym(library, #name); \
    if (loaded_##name == NULL) isLoaded = false;
    FUNCTIONS(FIND)
}

bool CPcapLoad(void) {
    pthread_once(&once, load);
    return isLoaded;
}

pcap_t *pcap_create(const char *source, char *errors) {
    return loaded_pcap_create(source, errors);
}
int pcap_activate(pcap_t *p) { return loaded_pcap_activate(p); }
void pcap_close(pcap_t *p) { loaded_pcap_close(p); }
int pcap_compile(pcap_t *p, struct bpf_program *program, const char *text, int optimize,
                 bpf_u_int32 mask) {
    return loaded_pcap_compile(p, program, text, optimize, mask);
}
int pcap_datalink(pcap_t *p) { return loaded_pcap_datalink(p); }
int pcap_dispatch(pcap_t *p, int count, pcap_handler handler, u_char *user) {
    return loaded_pcap_dispatch(p, count, handler, user);
}
void pcap_freecode(struct bpf_program *program) { loaded_pcap_freecode(program); }
int pcap_get_selectable_fd(pcap_t *p) { return loaded_pcap_get_selectable_fd(p); }
int pcap_get_tstamp_precision(pcap_t *p) { return loaded_pcap_get_tstamp_precision(p); }
char *pcap_geterr(pcap_t *p) { return loaded_pcap_geterr(p); }
int pcap_set_buffer_size(pcap_t *p, int bytes) { return loaded_pcap_set_buffer_size(p, bytes); }
int pcap_set_snaplen(pcap_t *p, int bytes) { return loaded_pcap_set_snaplen(p, bytes); }
int pcap_set_timeout(pcap_t *p, int time) { return loaded_pcap_set_timeout(p, time); }
int pcap_set_tstamp_precision(pcap_t *p, int precision) {
    return loaded_pcap_set_tstamp_precision(p, precision);
}
int pcap_setfilter(pcap_t *p, struct bpf_program *program) {
    return loaded_pcap_setfilter(p, program);
}
int pcap_setnonblock(pcap_t *p, int on, char *errors) {
    return loaded_pcap_setnonblock(p, on, errors);
}
int pcap_stats(pcap_t *p, struct pcap_stat *statistics) {
    return loaded_pcap_stats(p, statistics);
}
const char *pcap_statustostr(int status) { return loaded_pcap_statustostr(status); }
