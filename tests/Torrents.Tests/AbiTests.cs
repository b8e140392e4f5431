using System.Runtime.CompilerServices;
using EventTorrent.Torrents.Interop;

namespace EventTorrent.Torrents.Tests;

/// <summary>Every exported function answers wrong use by a status code.</summary>
public sealed class AbiTests
{
    [Fact]
    public void Another_abi_is_refused()
    {
        var status = NativeMethods.et_abi_check(
            NativeMethods.AbiVersion + 1,
            Unsafe.SizeOf<NativeOptions>(),
            Unsafe.SizeOf<NativeSource>(),
            Unsafe.SizeOf<ByteRange>(),
            Unsafe.SizeOf<NativeTorrentStatus>(),
            Unsafe.SizeOf<NativeEvent>());

        Assert.Equal(NativeStatus.Abi, status);
    }

    [Fact]
    public void Another_struct_size_is_refused()
    {
        var status = NativeMethods.et_abi_check(
            NativeMethods.AbiVersion,
            Unsafe.SizeOf<NativeOptions>() + 4,
            Unsafe.SizeOf<NativeSource>(),
            Unsafe.SizeOf<ByteRange>(),
            Unsafe.SizeOf<NativeTorrentStatus>(),
            Unsafe.SizeOf<NativeEvent>());

        Assert.Equal(NativeStatus.Abi, status);
        Assert.Contains("header", Assert.Throws<TorrentException>(() => NativeMethods.Check(status)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_one_of_libtorrent_2()
    {
        NativeMethods.CheckAbi();

        Assert.StartsWith("2.0.", NativeMethods.Version(), StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void Small_buffers_and_null_are_refused()
    {
        var buffer = new byte[4];
        fixed (byte* p = buffer)
        {
            Assert.Equal(NativeStatus.Small, NativeMethods.et_version(p, buffer.Length));
            Assert.Equal(NativeStatus.Argument, NativeMethods.et_last_error(p, 0));
        }
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_version(null, 0));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_session_create(default, out _));
        Assert.Equal(NativeStatus.Ok, NativeMethods.et_session_destroy(0));
    }

    [Fact]
    public void Every_function_refuses_an_unknown_torrent()
    {
        using var session = Session();
        Span<byte> buffer = stackalloc byte[16];

        Assert.Equal(NativeStatus.Argument, NativeMethods.et_remove(session, 7));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_connect_peer(session, 7, "127.0.0.1:1"));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_metadata(session, 7, buffer, buffer.Length, out _));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_fetch(session, 7, 1, [new ByteRange(0, 1)], 1, VerificationPolicy.Blocks, 1000));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_cancel(session, 7, 1));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_read(session, 7, 0, buffer, 1, out _));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_map(session, 7, 0, 1, buffer, 1));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_status(session, 7, out _));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_serving_peers(session, 7, buffer, buffer.Length));
    }

    [Fact]
    public void A_torrent_without_metadata_can_only_wait()
    {
        using var session = Session();
        var id = AddMagnet(session);
        Span<byte> buffer = stackalloc byte[16];

        Assert.Equal(NativeStatus.NoMetadata, NativeMethods.et_metadata(session, id, buffer, buffer.Length, out _));
        Assert.Equal(NativeStatus.NoMetadata, NativeMethods.et_fetch(session, id, 1, [new ByteRange(0, 1)], 1, VerificationPolicy.Blocks, 1000));
        Assert.Equal(NativeStatus.NoMetadata, NativeMethods.et_read(session, id, 0, buffer, 1, out _));
        Assert.Equal(NativeStatus.NoMetadata, NativeMethods.et_map(session, id, 0, 1, buffer, 1));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_fetch(session, id, 1, [], 0, VerificationPolicy.Blocks, 1000));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_fetch(session, id, 1, [new ByteRange(0, 1)], 1, (VerificationPolicy)9, 1000));
        Assert.Equal(NativeStatus.Argument, NativeMethods.et_connect_peer(session, id, "example.org:80"));
        Assert.Equal(NativeStatus.Ok, NativeMethods.et_connect_peer(session, id, "[::1]:9"));
        Assert.Equal(NativeStatus.Ok, NativeMethods.et_status(session, id, out var status));
        Assert.Equal(0, status.HasMetadata);
        Assert.Equal(NativeStatus.Ok, NativeMethods.et_serving_peers(session, id, buffer, buffer.Length));
        Assert.Equal(0, buffer[0]);
        Assert.Equal(NativeStatus.Ok, NativeMethods.et_cancel(session, id, 1));
        Assert.Equal(NativeStatus.Ok, NativeMethods.et_remove(session, id));
    }

    [Fact]
    public void The_same_torrent_has_the_same_id()
    {
        using var session = Session();

        Assert.Equal(AddMagnet(session), AddMagnet(session));
    }

    [Fact]
    public void Events_end_by_timeout_or_wake()
    {
        using var session = Session();

        Assert.Equal(0, NativeMethods.et_next_event(session, out _, 1));
        Assert.Equal(NativeStatus.Ok, NativeMethods.et_wake(session));
        Assert.Equal(0, NativeMethods.et_next_event(session, out _, 60_000));
        Assert.Equal((int)NativeStatus.Argument, NativeMethods.et_next_event(session, out _, -1));
        Assert.Equal(NativeStatus.Ok, NativeMethods.et_listen_port(session, out var port));
        Assert.InRange(port, 1, 65_535);
        Assert.Equal(NativeStatus.Ok, NativeMethods.et_memory(session, out var used, out var cap));
        Assert.Equal((0, 1 << 20), (used, cap));
    }

    private static long AddMagnet(SessionHandle session)
    {
        using var source = new SourceMarshaller(new TorrentSource.Infohash(new string('9', 40)), new AddTorrentOptions());
        NativeMethods.Check(NativeMethods.et_add(session, in source.Source, out var id));
        return id;
    }

    private static SessionHandle Session()
    {
        using var text = new NativeText();
        var options = new NativeOptions
        {
            ListenInterfaces = text.Add("127.0.0.1:0"),
            DhtBootstrap = text.Add(""),
            MemoryCap = 1 << 20,
            MaxConnections = 10,
            MaxMetadata = 1 << 20,
            MaxFiles = 10,
            MaxPieces = 1000,
            MaxTrackers = 4,
            AllowPrivateNetworks = 1,
        };
        NativeMethods.Check(NativeMethods.et_session_create(in options, out var session));
        return session;
    }
}
