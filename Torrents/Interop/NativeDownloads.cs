using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>The part of the C ABI that brings whole files onto a disk, function by function.</summary>
internal static partial class NativeDownloads
{
    private const string Library = "eventtorrent";

    [LibraryImport(Library)]
    internal static partial NativeStatus et_downloads_check(int transferSize, int statusSize);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_downloads_create(in NativeOptions options, in NativeTransferOptions transfer, out DownloadsHandle downloads);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_downloads_destroy(nint downloads);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_downloads_port(DownloadsHandle downloads, out int port);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NativeStatus et_download_add(
        DownloadsHandle downloads, in NativeSource source, string directory, ReadOnlySpan<byte> resume, long resumeLength, out long torrent);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NativeStatus et_download_start(
        DownloadsHandle downloads, long torrent, ReadOnlySpan<int> files, string names, int count, int recheck);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_recheck(DownloadsHandle downloads, long torrent);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_metadata(DownloadsHandle downloads, long torrent, Span<byte> buffer, long capacity, out long size);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_status_of(DownloadsHandle downloads, long torrent, out NativeDownloadStatus status);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_map(DownloadsHandle downloads, long torrent, Span<byte> parts, int capacity, out int count);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_peers(DownloadsHandle downloads, long torrent, Span<byte> buffer, int capacity);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NativeStatus et_download_connect(DownloadsHandle downloads, long torrent, string endpoint);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_announce(DownloadsHandle downloads, long torrent);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_pause(DownloadsHandle downloads, long torrent, int pause);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_limit(DownloadsHandle downloads, long torrent, long down, long up);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_save(DownloadsHandle downloads, long torrent);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_saved(DownloadsHandle downloads, long torrent, Span<byte> buffer, long capacity, out long size);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_remove(DownloadsHandle downloads, long torrent);

    [LibraryImport(Library)]
    internal static partial NativeStatus et_download_gone(DownloadsHandle downloads, long torrent, out int gone);

    /// <summary>Refuses a library that was built from another header.</summary>
    public static void CheckAbi()
    {
        NativeMethods.CheckAbi();
        NativeMethods.Check(et_downloads_check(Unsafe.SizeOf<NativeTransferOptions>(), Unsafe.SizeOf<NativeDownloadStatus>()));
    }
}
