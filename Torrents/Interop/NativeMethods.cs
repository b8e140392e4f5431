using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace EventTorrent.Torrents.Interop;

/// <summary>The C ABI of native/eventtorrent.h, function by function.</summary>
internal static partial class NativeMethods
{
    public const int AbiVersion = 3;

    private const string Library = "eventtorrent";

    [LibraryImport(Library)]
    internal static partial NativeStatus et_abi_check(int version, int optionsSize, int sourceSize, int rangeSize, int statusSize, int eventSize);

    [LibraryImport(Library)]
    internal static unsafe partial NativeStatus et_version(byte* buffer, int capacity);

    [LibraryImport(Library)]
    internal static unsafe partial NativeStatus et_last_error(byte* buffer, int capacity);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_session_create(in NativeOptions options, out SessionHandle session);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_session_destroy(nint session);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_listen_port(SessionHandle session, out int port);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_memory(SessionHandle session, out long used, out long cap);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_add(SessionHandle session, in NativeSource source, out long torrent);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_remove(SessionHandle session, long torrent);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NativeStatus et_connect_peer(SessionHandle session, long torrent, string endpoint);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_metadata(SessionHandle session, long torrent, Span<byte> buffer, long capacity, out long size);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_fetch(SessionHandle session, long torrent, long fetch, ReadOnlySpan<ByteRange> ranges, int count, VerificationPolicy policy, int stallMilliseconds);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_cancel(SessionHandle session, long torrent, long fetch);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_read(SessionHandle session, long torrent, long offset, Span<byte> buffer, long length, out int verified);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_map(SessionHandle session, long torrent, long offset, long length, Span<byte> parts, int count);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_status(SessionHandle session, long torrent, out NativeTorrentStatus status);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_serving_peers(SessionHandle session, long torrent, Span<byte> buffer, int capacity);

    /// <returns>1: an event was taken; 0: none; negative: a <see cref="NativeStatus"/>.</returns>
    [LibraryImport(Library)]
    internal static partial int et_next_event(SessionHandle session, out NativeEvent nativeEvent, int timeoutMilliseconds);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_wake(SessionHandle session);

    /// <summary>Refuses a library that was built from another header. Must be the first call.</summary>
    public static void CheckAbi()
    {
        Check(et_abi_check(
            AbiVersion,
            Unsafe.SizeOf<NativeOptions>(),
            Unsafe.SizeOf<NativeSource>(),
            Unsafe.SizeOf<ByteRange>(),
            Unsafe.SizeOf<NativeTorrentStatus>(),
            Unsafe.SizeOf<NativeEvent>()));
        NativeSwarm.CheckAbi();
    }

    /// <summary>Version of libtorrent.</summary>
    public static unsafe string Version()
    {
        Span<byte> text = stackalloc byte[64];
        fixed (byte* p = text)
            Check(et_version(p, text.Length));
        return Text(text);
    }

    public static void Check(NativeStatus status)
    {
        if (status < NativeStatus.Ok)
            throw Failure(status, LastError());
    }

    /// <summary>The exception that a status stands for. A wrong argument is a bug of ours, not a state of the world.</summary>
    public static Exception Failure(NativeStatus status, string message) => status switch
    {
        NativeStatus.Malformed => new TorrentException(TorrentErrorKind.MalformedSource, message),
        NativeStatus.Limit => new TorrentException(TorrentErrorKind.LimitExceeded, message),
        NativeStatus.NotFetched => new TorrentException(TorrentErrorKind.NotFetched, message),
        NativeStatus.Memory => new TorrentException(TorrentErrorKind.OutOfMemoryBudget, message),
        NativeStatus.Stalled => new TorrentException(TorrentErrorKind.PieceTimeout, message),
        NativeStatus.Argument => new ArgumentException(message),
        NativeStatus.NoMetadata => new InvalidOperationException(message),
        NativeStatus.Cancelled => new OperationCanceledException(message),
        _ => new TorrentException(TorrentErrorKind.EngineFailure, message),
    };

    public static string Text(ReadOnlySpan<byte> terminated)
    {
        var end = terminated.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? terminated : terminated[..end]);
    }

    private static unsafe string LastError()
    {
        Span<byte> text = stackalloc byte[512];
        fixed (byte* p = text)
            _ = et_last_error(p, text.Length);
        return Text(text);
    }
}
