// libpcap, loaded when a live capture asks for it: nothing else of the tool needs it, and a binary
// that was copied somewhere runs without it.
#ifndef CPCAP_H
#define CPCAP_H

#include <pcap/pcap.h>
#include <stdbool.h>

// Loads the library once; false where the system has none. Before it was loaded, or where it is
// not there, no other function of libpcap may be called.
bool CPcapLoad(void);

#endif
