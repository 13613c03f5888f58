// What the packaged binary would otherwise ask of a C library newer than 2.34, that of RHEL 9 and
// Amazon Linux 2023. Linked into it by `packaging/package`; `packaging/test` holds it to this.
//
// Hidden, so that the binary's own calls come here and nobody else's do.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

#define HIDDEN __attribute__((visibility("hidden")))

// 2.36 brought it; libstdc++'s random device calls it.
HIDDEN uint32_t arc4random(void) {
    uint32_t drawn;
    ssize_t got;
    do {
        got = getrandom(&drawn, sizeof drawn, 0);
    } while (got < 0 && errno == EINTR);
    // No random number is no reason to go on with one that is not.
    if (got != sizeof drawn) abort();
    return drawn;
}

// 2.35 gave it a new version that leaves errno alone. The older one answers the same.
#ifdef __x86_64__
__asm__(".symver hypotf_of_every_glibc, hypotf@GLIBC_2.2.5");
#else
__asm__(".symver hypotf_of_every_glibc, hypotf@GLIBC_2.17");
#endif
extern float hypotf_of_every_glibc(float, float);
HIDDEN float hypotf(float x, float y) { return hypotf_of_every_glibc(x, y); }

// 2.35 brought it: the unwinder of libgcc asks which loaded object an address is in, and where the
// table of its frames lies. The list of loaded objects says the same, only slower. (A base for data
// is left out: neither amd64 nor arm64 has addresses relative to one in these tables.)
struct search {
    uintptr_t address;
    struct dl_find_object *found;
};

static int look(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    struct search *search = context;
    uintptr_t from = 0, until = 0, frames = 0;
    int holds = 0;
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[index];
        uintptr_t start = object->dlpi_addr + part->p_vaddr, end = start + part->p_memsz;
        if (part->p_type == PT_GNU_EH_FRAME) frames = start;
        if (part->p_type != PT_LOAD) continue;
        if (until == 0 || start < from) from = start;
        if (end > until) until = end;
        if (search->address >= start && search->address < end) holds = 1;
    }
    if (!holds || frames == 0) return 0;
    *search->found = (struct dl_find_object){
        .dlfo_map_start = (void *)from,
        .dlfo_map_end = (void *)until,
        .dlfo_eh_frame = (void *)frames,
    };
    return 1;
}

HIDDEN int _dl_find_object(void *address, struct dl_find_object *found) {
    struct search search = {(uintptr_t)address, found};
    return dl_iterate_phdr(look, &search) == 1 ? 0 : -1;
}
