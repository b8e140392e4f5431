/*
 * The native engine of EventTorrent: a flat C ABI over libtorrent-rasterbar 2.0.
 *
 * Every function returns ET_OK (0) or a negative ET_E_ code; the words are in et_last_error of the same thread.
 * No C++ type and no exception crosses this line. Everything handed out is a copy into memory of the caller.
 * All functions may be called from any thread; et_session_destroy must be the last call with its session.
 */
#ifndef EVENTTORRENT_H
#define EVENTTORRENT_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ET_API __attribute__((visibility("default")))
#define ET_ABI_VERSION 1

enum et_status_code {
    ET_OK = 0,
    ET_E_ARGUMENT = -1,    /* a bug of the caller: null pointer, range outside of the torrent, unknown id */
    ET_E_ENGINE = -2,      /* libtorrent failed; et_last_error has its words */
    ET_E_MALFORMED = -3,   /* magnet link, .torrent or info dictionary can't be read */
    ET_E_LIMIT = -4,       /* the torrent breaks a limit */
    ET_E_NO_METADATA = -5, /* the info dictionary is not here yet */
    ET_E_NOT_FETCHED = -6, /* a byte of the range is not here */
    ET_E_MEMORY = -7,      /* the memory budget of the session is used up */
    ET_E_STALLED = -8,     /* no block arrived for the stall timeout */
    ET_E_CANCELLED = -9,   /* cancelled, or its torrent was removed */
    ET_E_ABI = -10,        /* caller and library were built from different headers */
    ET_E_SMALL = -11       /* the buffer is too small; the needed size was stored */
};

/* All sizes in bytes. Strings are UTF-8, zero-terminated, never null. */
typedef struct et_options {
    const char* listen_interfaces; /* "ip:port,[ip6]:port" */
    const char* dht_bootstrap;     /* "host:port,host:port" */
    int64_t memory_cap;
    int32_t max_connections;
    int32_t max_metadata;
    int32_t max_files;
    int32_t max_pieces;
    int32_t max_trackers;
    int32_t dht;
    int32_t peer_exchange;
    int32_t local_discovery;
    int32_t port_mapping;
    int32_t allow_private_networks;
} et_options;

enum et_source_kind { ET_SOURCE_MAGNET = 0, ET_SOURCE_TORRENT = 1, ET_SOURCE_INFO = 2 };

typedef struct et_source {
    int32_t kind; /* et_source_kind */
    int32_t reserved;
    const uint8_t* bytes;
    int64_t length;
    const char* trackers; /* one URL a line */
    const char* peers;    /* one "ip:port" a line */
} et_source;

enum et_policy { ET_POLICY_BLOCKS = 0, ET_POLICY_TWO_PEERS = 1, ET_POLICY_PIECES = 2 };

typedef struct et_range {
    int64_t offset;
    int64_t length;
} et_range;

typedef struct et_torrent_status {
    int64_t metadata_bytes; /* size of the info dictionary when it came from the swarm, else 0 */
    int64_t payload_bytes;  /* all payload received, duplicates and failed pieces included */
    int64_t wasted_bytes;   /* payload received twice or of a piece that failed its hash */
    int64_t down_rate;      /* payload bytes per second, last second */
    int64_t up_rate;
    int32_t peers; /* connected, handshake done */
    int32_t seeds;
    int32_t has_metadata;
    int32_t oversized_metadata; /* peers that announced metadata above the limit */
} et_torrent_status;

enum et_event_kind {
    ET_EVENT_METADATA = 1, /* et_metadata, et_fetch and et_read can be used now */
    ET_EVENT_FETCH = 2,    /* a fetch ended: fetch, status, payload, verified */
    ET_EVENT_FAILED = 3    /* the torrent can't go on: status, message */
};

typedef struct et_event {
    int32_t kind;
    int32_t status;
    int64_t torrent;
    int64_t fetch;
    int64_t payload;
    int32_t verified;
    int32_t reserved;
    char message[240];
} et_event;

typedef struct et_session et_session;

/* Refuses a caller that was built from another version of this header. Call first. */
ET_API int et_abi_check(int version, int options_size, int source_size, int range_size, int status_size, int event_size);
ET_API int et_version(char* buffer, int capacity);
ET_API int et_last_error(char* buffer, int capacity);

ET_API int et_session_create(const et_options* options, et_session** out);
/* Ends every fetch, leaves every swarm and frees everything. Bounded: trackers get one second for the farewell. */
ET_API int et_session_destroy(et_session* session);
ET_API int et_listen_port(et_session* session, int* port);
/* Memory of fetched and promised blocks, and its cap. */
ET_API int et_memory(et_session* session, int64_t* used, int64_t* cap);

/* Adds a torrent and starts to look for its peers. A torrent that is here already gets the trackers and peers, and the same id. */
ET_API int et_add(et_session* session, const et_source* source, int64_t* torrent);
ET_API int et_remove(et_session* session, int64_t torrent);
/* Dials "ip:port" or "[ip6]:port"; addresses that the network policy forbids are ignored. */
ET_API int et_connect_peer(et_session* session, int64_t torrent, const char* endpoint);
/* The bencoded info dictionary. */
ET_API int et_metadata(et_session* session, int64_t torrent, uint8_t* buffer, int64_t capacity, int64_t* size);

/* Starts to bring ranges into memory; ends with one ET_EVENT_FETCH that carries the caller's own id `fetch`. */
ET_API int et_fetch(et_session* session, int64_t torrent, int64_t fetch, const et_range* ranges, int count, int policy, int stall_ms);
ET_API int et_cancel(et_session* session, int64_t torrent, int64_t fetch);
/* Copies fetched bytes. verified: every byte came from a hash-checked piece. */
ET_API int et_read(et_session* session, int64_t torrent, int64_t offset, uint8_t* buffer, int64_t length, int* verified);

ET_API int et_status(et_session* session, int64_t torrent, et_torrent_status* out);
/* Peers that sent us blocks, the most useful first, at most 16, one "ip:port" a line. */
ET_API int et_serving_peers(et_session* session, int64_t torrent, char* buffer, int capacity);

/* Waits for the next event. 1: *event is filled; 0: timeout or woken. One thread at a time. */
ET_API int et_next_event(et_session* session, et_event* event, int timeout_ms);
ET_API int et_wake(et_session* session);

#ifdef __cplusplus
}
#endif
#endif
