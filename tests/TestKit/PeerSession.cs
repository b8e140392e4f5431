using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace EventTorrent.TestKit;

/// <summary>One connection of a <see cref="ScriptedPeer"/>: a loop that reads, and one that sends the blocks asked for.</summary>
internal sealed class PeerSession(ScriptedPeer peer, TcpClient client) : IDisposable
{
    private const int HandshakeBytes = 68;
    private const int MaxMessageBytes = 1 << 20;
    private const int MaxBlockBytes = 128 * 1024;
    private const int MetadataBlockBytes = 16 * 1024;
    private const byte ExtensionHandshake = 0;
    private const byte OurMetadataId = 3;
    private static readonly byte[] Protocol = [19, .. "BitTorrent protocol"u8];

    private readonly NetworkStream _stream = client.GetStream();
    private readonly IPEndPoint _from = (IPEndPoint)client.Client.RemoteEndPoint!;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Channel<PeerBlock> _queue = Channel.CreateUnbounded<PeerBlock>();
    private readonly ConcurrentDictionary<PeerBlock, byte> _pending = new();
    private TestTorrent _torrent = null!;
    private bool _fast;
    private bool _choked = true;
    private byte _theirMetadataId;

    private PeerBehaviour Behaviour => peer.Behaviour;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = Task.CompletedTask;
        try
        {
            client.NoDelay = true;
            if (await ShakeHandsAsync(ended.Token))
            {
                peer.CountConnection();
                await IntroduceAsync(ended.Token);
                sending = SendBlocksAsync(ended.Token);
                await ReadMessagesAsync(ended.Token);
            }
        }
        catch (Exception gone) when (IsEnd(gone))
        {
            // The other side hung up or talks nonsense, or this peer leaves.
        }

        await ended.CancelAsync();
        await sending;
    }

    public void Dispose()
    {
        client.Dispose();
        _writing.Dispose();
    }

    private static bool IsEnd(Exception problem) =>
        problem is IOException or SocketException or OperationCanceledException or FormatException or InvalidCastException or ObjectDisposedException;

    private async Task<bool> ShakeHandsAsync(CancellationToken cancellationToken)
    {
        var theirs = new byte[HandshakeBytes];
        await _stream.ReadExactlyAsync(theirs.AsMemory(0, Protocol.Length), cancellationToken);
        if (!theirs.AsSpan().StartsWith(Protocol))
        {
            return false;
        }

        await _stream.ReadExactlyAsync(theirs.AsMemory(Protocol.Length), cancellationToken);
        var infohash = theirs[28..48];
        if (peer.Find(infohash) is not { } torrent)
        {
            return false;
        }

        _torrent = torrent;

        _fast = Behaviour.FastExtension && (theirs[27] & 0x04) != 0;
        byte[] reserved = [0, 0, 0, 0, 0, 0x10, 0, (byte)(Behaviour.FastExtension ? 0x04 : 0)];
        byte[] id = [.. "-SP0001-"u8, .. Guid.NewGuid().ToByteArray().AsSpan(0, 12)];
        await WriteAsync([.. Protocol, .. reserved, .. infohash, .. id], cancellationToken);
        return true;
    }

    private async Task IntroduceAsync(CancellationToken cancellationToken)
    {
        var extensions = new Dictionary<string, object>();
        var introduction = new Dictionary<string, object> { ["m"] = extensions, ["reqq"] = Behaviour.RequestQueue, ["v"] = Behaviour.Client };
        if (!Behaviour.NoMetadata)
        {
            extensions["ut_metadata"] = (int)OurMetadataId;
            introduction["metadata_size"] = Behaviour.ClaimedMetadataBytes ?? _torrent.InfoBytes.Length;
        }

        await SendAsync(PeerMessageKind.Extended, [ExtensionHandshake, .. Bencode.Encode(introduction)], cancellationToken);
        var has = Enumerable.Range(0, _torrent.PieceCount).Where(piece => peer.Has(_torrent, piece)).ToList();
        if (_fast && has.Count == _torrent.PieceCount)
        {
            await SendAsync(PeerMessageKind.HaveAll, [], cancellationToken);
        }
        else if (_fast && has.Count == 0)
        {
            await SendAsync(PeerMessageKind.HaveNone, [], cancellationToken);
        }
        else
        {
            var bits = new byte[(_torrent.PieceCount + 7) / 8];
            has.ForEach(piece => bits[piece / 8] |= (byte)(0x80 >> (piece % 8)));
            await SendAsync(PeerMessageKind.Bitfield, bits, cancellationToken);
        }
    }

    private async Task ReadMessagesAsync(CancellationToken cancellationToken)
    {
        var prefix = new byte[4];
        while (true)
        {
            await _stream.ReadExactlyAsync(prefix, cancellationToken);
            var length = BinaryPrimitives.ReadUInt32BigEndian(prefix);
            if (length > MaxMessageBytes)
            {
                throw new FormatException($"A message of {length} bytes.");
            }

            // Length 0 is a keep-alive.
            if (length > 0)
            {
                var message = new byte[length];
                await _stream.ReadExactlyAsync(message, cancellationToken);
                await TakeAsync((PeerMessageKind)message[0], message.AsMemory(1), cancellationToken);
            }
        }
    }

    private async Task TakeAsync(PeerMessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var block = ReadBlock(kind, payload.Span);
        peer.Record(kind, block, _from);
        switch (kind)
        {
            case PeerMessageKind.Interested when _choked && !Behaviour.NeverUnchokes:
                _choked = false;
                await SendAsync(PeerMessageKind.Unchoke, [], cancellationToken);
                break;
            case PeerMessageKind.Request when _choked || Behaviour.RejectsAll || !IsServed(block):
                await RejectAsync(block, cancellationToken);
                break;
            case PeerMessageKind.Request:
                _pending[block] = 0;
                _queue.Writer.TryWrite(block);
                break;
            case PeerMessageKind.Cancel when _pending.TryRemove(block, out _):
                await RejectAsync(block, cancellationToken);
                break;
            case PeerMessageKind.Extended when payload.Length > 1:
                await TakeExtensionAsync(payload.Span[0], payload[1..], cancellationToken);
                break;
        }
    }

    private static PeerBlock ReadBlock(PeerMessageKind kind, ReadOnlySpan<byte> payload) => kind switch
    {
        PeerMessageKind.Request or PeerMessageKind.Cancel or PeerMessageKind.Reject when payload.Length == 12 => new PeerBlock(
            BinaryPrimitives.ReadInt32BigEndian(payload),
            BinaryPrimitives.ReadInt32BigEndian(payload[4..]),
            BinaryPrimitives.ReadInt32BigEndian(payload[8..])),
        PeerMessageKind.Have when payload.Length == 4 => new PeerBlock(BinaryPrimitives.ReadInt32BigEndian(payload), 0, 0),
        _ => default,
    };

    private bool IsServed(PeerBlock block)
    {
        if (!peer.Has(_torrent, block.Piece) || block.Begin < 0 || block.Length is <= 0 or > MaxBlockBytes)
        {
            return false;
        }

        var end = ((long)block.Piece * _torrent.PieceLengthBytes) + block.Begin + block.Length;
        return (long)block.Begin + block.Length <= _torrent.PieceLengthBytes && end <= _torrent.TotalBytes;
    }

    /// <summary>Without the fast extension a request that is not served is passed over in silence (BEP 3).</summary>
    private Task RejectAsync(PeerBlock block, CancellationToken cancellationToken) =>
        _fast ? SendAsync(PeerMessageKind.Reject, [.. Number(block.Piece), .. Number(block.Begin), .. Number(block.Length)], cancellationToken) : Task.CompletedTask;

    private async Task TakeExtensionAsync(byte id, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var message = Bencode.DecodeDictionary(payload.Span, out _);
        if (id == ExtensionHandshake)
        {
            if (message.TryGetValue("m", out var extensions)
                && ((SortedDictionary<string, object>)extensions).TryGetValue("ut_metadata", out var theirs))
            {
                _theirMetadataId = checked((byte)(long)theirs);
            }
        }
        else if (id == OurMetadataId && message["msg_type"] is 0L && _theirMetadataId != 0)
        {
            await SendMetadataAsync((long)message["piece"], cancellationToken);
        }
    }

    private async Task SendMetadataAsync(long piece, CancellationToken cancellationToken)
    {
        var total = Behaviour.ClaimedMetadataBytes ?? _torrent.InfoBytes.Length;
        var offset = piece * MetadataBlockBytes;
        if (piece < 0 || offset >= total)
        {
            return;
        }

        var bytes = new byte[Math.Min(MetadataBlockBytes, total - offset)];
        if (offset < _torrent.InfoBytes.Length)
        {
            var known = (int)Math.Min(bytes.Length, _torrent.InfoBytes.Length - offset);
            _torrent.InfoBytes.AsSpan((int)offset, known).CopyTo(bytes);
        }

        if (Behaviour.BadMetadata)
        {
            Invert(bytes);
        }

        var head = new Dictionary<string, object> { ["msg_type"] = 1, ["piece"] = piece, ["total_size"] = total };
        await SendAsync(PeerMessageKind.Extended, [_theirMetadataId, .. Bencode.Encode(head), .. bytes], cancellationToken);
    }

    private async Task SendBlocksAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var block in _queue.Reader.ReadAllAsync(cancellationToken))
            {
                if (_pending.ContainsKey(block))
                {
                    await peer.WaitForTurnAsync(block, cancellationToken);
                }

                // Cancelled before or while it waited, or stalled.
                if (!_pending.TryRemove(block, out _) || !peer.GrantBlock())
                {
                    continue;
                }

                var offset = ((long)block.Piece * _torrent.PieceLengthBytes) + block.Begin;
                var bytes = await _torrent.ReadAsync(offset, block.Length, cancellationToken);
                if (Behaviour.FlipsBytes)
                {
                    Invert(bytes);
                }

                await SendAsync(PeerMessageKind.Piece, [.. Number(block.Piece), .. Number(block.Begin), .. bytes], cancellationToken);
                peer.RecordSent(_torrent, block);
            }
        }
        catch (Exception gone) when (IsEnd(gone))
        {
            // The reading loop sees the same and ends the session.
        }
    }

    private Task SendAsync(PeerMessageKind kind, byte[] payload, CancellationToken cancellationToken) =>
        WriteAsync([.. Number(payload.Length + 1), (byte)kind, .. payload], cancellationToken);

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static void Invert(Span<byte> bytes)
    {
        foreach (ref var value in bytes)
        {
            value = (byte)~value;
        }
    }
}
