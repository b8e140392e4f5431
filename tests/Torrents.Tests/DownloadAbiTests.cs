using System.Runtime.CompilerServices;
using EventTorrent.TestKit;
using EventTorrent.Torrents.Interop;

namespace EventTorrent.Torrents.Tests;

/// <summary>The functions of downloads answer wrong use by a status code.</summary>
public sealed class DownloadAbiTests
{
    private static readonly byte[] Noise = [.. "noise"u8];

    [Fact]
    public void Another_struct_size_is_refused()
    {
        Assert.Equal(NativeStatus.Ok, NativeDownloads.et_downloads_check(Unsafe.SizeOf<NativeTransferOptions>(), Unsafe.SizeOf<NativeDownloadStatus>()));
        Assert.Equal(NativeStatus.Abi, NativeDownloads.et_downloads_check(Unsafe.SizeOf<NativeTransferOptions>() + 8, Unsafe.SizeOf<NativeDownloadStatus>()));
        Assert.Equal(NativeStatus.Ok, NativeDownloads.et_downloads_destroy(0));
    }

    [Fact]
    public void Every_function_refuses_an_unknown_torrent()
    {
        using var session = Session();
        Span<byte> buffer = stackalloc byte[16];

        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_start(session, 7, [0], "0.mkv", 1, 0));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_recheck(session, 7));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_metadata(session, 7, buffer, buffer.Length, out _));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_status_of(session, 7, out _));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_map(session, 7, buffer, buffer.Length, out _));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_peers(session, 7, buffer, buffer.Length));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_connect(session, 7, "127.0.0.1:1"));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_announce(session, 7));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_pause(session, 7, 1));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_limit(session, 7, 0, 0));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_save(session, 7));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_saved(session, 7, buffer, buffer.Length, out _));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_remove(session, 7));
        Assert.Equal(NativeStatus.Ok, NativeDownloads.et_download_gone(session, 7, out var gone));
        Assert.Equal(1, gone);
        Assert.Equal(NativeStatus.Ok, NativeDownloads.et_downloads_port(session, out var port));
        Assert.InRange(port, 1, 65_535);
    }

    [Theory]
    [InlineData("../0.mkv")]
    [InlineData("/etc/passwd")]
    [InlineData(".hidden")]
    [InlineData("a b.mkv")]
    [InlineData("0.mkv\n1.mkv")]
    [InlineData("")]
    public async Task A_name_that_is_none_of_ours_is_refused(string name)
    {
        await using var content = await TestContent.CreateAsync(100_000, 32 * 1024, TestContext.Current.CancellationToken);
        await using var place = new TempDirectory();
        using var session = Session();
        var id = Add(session, content, place.FullPath, []);

        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_start(session, id, [0], name, 1, 0));
        Assert.Equal(NativeStatus.Argument, NativeDownloads.et_download_start(session, id, [9], "9.mkv", 1, 0));
        Assert.Equal(NativeStatus.Ok, NativeDownloads.et_download_start(session, id, [0], "0.mkv", 1, 0));
        Assert.Equal(NativeStatus.Ok, NativeDownloads.et_download_remove(session, id));
    }

    [Fact]
    public async Task Resume_data_that_is_none_and_a_directory_that_depends_on_where_we_are_are_refused()
    {
        await using var content = await TestContent.CreateAsync(100_000, 32 * 1024, TestContext.Current.CancellationToken);
        using var session = Session();

        Assert.Throws<TorrentException>(() => Add(session, content, "/tmp", Noise));
        Assert.Throws<ArgumentException>(() => Add(session, content, "relative", []));
    }

    private static long Add(DownloadsHandle session, TestContent content, string directory, byte[] resume)
    {
        using var source = new SourceMarshaller(new TorrentSource.InfoDictionary(content.Torrent.InfoBytes, []), new AddTorrentOptions());
        NativeMethods.Check(NativeDownloads.et_download_add(session, in source.Source, directory, resume, resume.Length, out var id));
        return id;
    }

    private static DownloadsHandle Session()
    {
        using var text = new NativeText();
        var options = NativeOptions.Of(LocalEngine.Options(), text);
        var transfer = new NativeTransferOptions();
        NativeMethods.Check(NativeDownloads.et_downloads_create(in options, in transfer, out var session));
        return session;
    }
}
