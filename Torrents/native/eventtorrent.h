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
#define ET_ABI_VERSION 3

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
    int32_t proxy_port;
    int32_t reserved;
    const char* proxy_host; /* SOCKS5; null or empty: none. It looks up the names of trackers then */
    const char* proxy_user; /* null or empty: without a login */
    const char* proxy_password;
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

enum et_peer_trait {
    ET_PEER_SEED = 1,
    ET_PEER_INCOMING = 2, /* it dialled us */
    ET_PEER_ENCRYPTED = 4,
    ET_PEER_UTP = 8,
    ET_PEER_CHOKES_US = 16,
    ET_PEER_SLOW = 32 /* it owes us blocks for long */
};

/* A connected peer. Where it is, is not said. */
typedef struct et_peer {
    int64_t down_rate; /* payload bytes per second */
    int64_t up_rate;
    int32_t progress; /* millionths of the torrent */
    int32_t traits;   /* of et_peer_trait */
    char client[64];  /* as it calls itself */
} et_peer;

enum et_tracker_state { ET_TRACKER_WAITING = 0, ET_TRACKER_ASKING = 1, ET_TRACKER_WORKING = 2, ET_TRACKER_FAILED = 3 };

typedef struct et_tracker {
    int32_t state; /* et_tracker_state */
    int32_t seeds; /* as it says; -1: it does not */
    int32_t peers; /* that have not everything */
    int32_t reserved;
    char url[256];
    char message[160]; /* the tracker's words, or why it can't be reached */
} et_tracker;

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

/* How much of [offset, offset + length) is here, in `count` equal parts, count <= length: 0 none of a part, 255 all of it. */
ET_API int et_map(et_session* session, int64_t torrent, int64_t offset, int64_t length, uint8_t* parts, int count);

ET_API int et_status(et_session* session, int64_t torrent, et_torrent_status* out);
/* Peers that sent us blocks, the most useful first, at most 16, one "ip:port" a line. */
ET_API int et_serving_peers(et_session* session, int64_t torrent, char* buffer, int capacity);

ET_API int et_swarm_check(int peer_size, int tracker_size);
/* Connected peers, the most useful first, and trackers in their order: no more than there is room for. */
ET_API int et_swarm(et_session* session, int64_t torrent, et_peer* peers, int peer_capacity, int* peer_count, et_tracker* trackers, int tracker_capacity, int* tracker_count);

/* Waits for the next event. 1: *event is filled; 0: timeout or woken. One thread at a time. */
ET_API int et_next_event(et_session* session, et_event* event, int timeout_ms);
ET_API int et_wake(et_session* session);

/*
 * Downloads: whole files onto a disk, by a session of its own. All functions are polled; nothing is an event.
 */
typedef struct et_downloads et_downloads;

typedef struct et_transfer_options {
    int64_t down_limit; /* payload bytes per second of all torrents together; 0: none */
    int64_t up_limit;
} et_transfer_options;

enum et_download_state {
    ET_DOWNLOAD_METADATA = 0,
    ET_DOWNLOAD_IDLE = 1,     /* the metadata is here, no files are selected */
    ET_DOWNLOAD_CHECKING = 2, /* what lies on the disk is hashed */
    ET_DOWNLOAD_RUNNING = 3,
    ET_DOWNLOAD_FINISHED = 4  /* every piece of the selected files passed its hash, or was said to have by trusted resume data */
};

enum et_download_error {
    ET_DOWNLOAD_OK = 0,
    ET_DOWNLOAD_DISK_FULL = 1,
    ET_DOWNLOAD_DISK = 2,      /* the disk failed: words */
    ET_DOWNLOAD_MALFORMED = 3, /* the metadata breaks a rule: words */
    ET_DOWNLOAD_LIMIT = 4,     /* the metadata breaks a limit: words */
    ET_DOWNLOAD_ENGINE = 5
};

typedef struct et_download_status {
    int32_t state;
    int32_t error;
    int64_t done_bytes;    /* of the wanted pieces, verified */
    int64_t wanted_bytes;  /* the wanted pieces; at the edges of files they may hold bytes of others */
    int64_t payload_bytes; /* received in this session, duplicates and failed pieces included */
    int64_t wasted_bytes;  /* received twice or failed their hash */
    int64_t uploaded_bytes;
    int64_t down_rate; /* payload bytes per second */
    int64_t up_rate;
    int32_t peers; /* connected */
    int32_t seeds;
    int32_t known_peers;  /* connected or not */
    int32_t missing_here; /* 1: no connected peer has any of the missing pieces */
    double checked;       /* 0 to 1 while checking */
    char message[240];
} et_download_status;

ET_API int et_downloads_check(int transfer_size, int status_size);
ET_API int et_downloads_create(const et_options* options, const et_transfer_options* transfer, et_downloads** out);
ET_API int et_downloads_destroy(et_downloads* downloads);
ET_API int et_downloads_port(et_downloads* downloads, int* port);

/* Adds a torrent whose files go into `directory`, and looks for its metadata and peers; no file is touched before et_download_start.
   resume: what et_download_saved gave, or null. It is believed: check first that the files are those that it was saved with. */
ET_API int et_download_add(et_downloads* downloads, const et_source* source, const char* directory, const uint8_t* resume, int64_t resume_length, int64_t* torrent);
/* Downloads these files and no others, under these names in the directory. recheck: what lies there is hashed first. */
ET_API int et_download_start(et_downloads* downloads, int64_t torrent, const int32_t* files, const char* names /* one a line */, int count, int recheck);
ET_API int et_download_recheck(et_downloads* downloads, int64_t torrent);
ET_API int et_download_metadata(et_downloads* downloads, int64_t torrent, uint8_t* buffer, int64_t capacity, int64_t* size);
ET_API int et_download_status_of(et_downloads* downloads, int64_t torrent, et_download_status* out);
/* How many of the wanted pieces are here, in equal parts of their row: 0 none of a part, 255 all of it. As many parts as `capacity`, or as there
   are wanted pieces when these are fewer: *count, 0 before anything is wanted. */
ET_API int et_download_map(et_downloads* downloads, int64_t torrent, uint8_t* parts, int capacity, int* count);
/* As et_swarm. */
ET_API int et_download_swarm(et_downloads* downloads, int64_t torrent, et_peer* peers, int peer_capacity, int* peer_count, et_tracker* trackers, int tracker_capacity, int* tracker_count);
/* Peers that sent us something, at most 16, one "ip:port" a line. */
ET_API int et_download_peers(et_downloads* downloads, int64_t torrent, char* buffer, int capacity);
ET_API int et_download_connect(et_downloads* downloads, int64_t torrent, const char* endpoint);
/* Asks trackers and DHT again. */
ET_API int et_download_announce(et_downloads* downloads, int64_t torrent);
ET_API int et_download_pause(et_downloads* downloads, int64_t torrent, int pause);
/* Payload bytes per second of this torrent; 0: no limit. */
ET_API int et_download_limit(et_downloads* downloads, int64_t torrent, int64_t down, int64_t up);
/* Begins to save resume data; et_download_saved has it a moment later. */
ET_API int et_download_save(et_downloads* downloads, int64_t torrent);
/* Size 0: not yet. ET_E_ENGINE: it could not be saved. Is handed out once. */
ET_API int et_download_saved(et_downloads* downloads, int64_t torrent, uint8_t* buffer, int64_t capacity, int64_t* size);
/* Leaves the swarm; the files stay. */
ET_API int et_download_remove(et_downloads* downloads, int64_t torrent);
/* gone: 1 when nothing of a removed torrent touches the disk any more. */
ET_API int et_download_gone(et_downloads* downloads, int64_t torrent, int* gone);

#ifdef __cplusplus
}
#endif
#endif
