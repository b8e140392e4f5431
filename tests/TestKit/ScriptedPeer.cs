using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EventTorrent.TestKit;

/// <summary>
/// A peer over TCP that seeds torrents and misbehaves as told: BEP 3, 6, 9, 10, without encryption (a client that opens
/// with an encrypted handshake is hung up on and comes back in plain text). It writes down all it receives.
/// </summary>
public sealed class ScriptedPeer : IAsyncDisposable
{
    private const int KeptMessages = 1_000_000;

    private readonly TcpListener _listener = new(LoopbackAddress.NextEndpoint());
    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Journal<PeerMessage> _received = new(KeptMessages);
    private readonly Journal<PeerBlock> _sent = new(KeptMessages);
    private readonly SemaphoreSlim _uploadTurn = new(1);
    private readonly ConcurrentDictionary<string, TestTorrent> _torrents = new();
    private readonly ConcurrentDictionary<string, long> _sentBytes = new();
    private readonly Task _serving;
    private int _connections;
    private int _granted;
    private int _sentCount;

    public ScriptedPeer(TestTorrent torrent, PeerBehaviour? behaviour = null)
        : this(behaviour) => Add(torrent);

    /// <summary>One without torrents yet; see <see cref="Add"/>.</summary>
    public ScriptedPeer(PeerBehaviour? behaviour = null)
    {
        Behaviour = behaviour ?? new PeerBehaviour();
        _listener.Start();
        Endpoint = (IPEndPoint)_listener.LocalEndpoint;
        _serving = ServeAsync();
    }

    public IPEndPoint Endpoint { get; }

    public PeerBehaviour Behaviour { get; }

    /// <summary>Connections that got as far as a handshake for one of its torrents.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Every message received, in order.</summary>
    public IReadOnlyList<PeerMessage> Received => _received.Entries;

    /// <summary>Every block asked for, once each.</summary>
    public IReadOnlySet<PeerBlock> RequestedBlocks =>
        Received.Where(message => message.Kind == PeerMessageKind.Request).Select(message => message.Block).ToHashSet();

    /// <summary>Every block sent, in order; one that was sent twice stands here twice.</summary>
    public IReadOnlyList<PeerBlock> SentBlocks => _sent.Entries;

    /// <summary>Payload sent, repetitions included.</summary>
    public long SentBytes => SentBlocks.Sum(block => (long)block.Length);

    /// <summary>Payload sent of one torrent, repetitions included.</summary>
    public long SentBytesOf(TestTorrent torrent) => _sentBytes.GetValueOrDefault(torrent.Infohash);

    /// <summary>Seeds one more torrent.</summary>
    public void Add(TestTorrent torrent) => _torrents[torrent.Infohash] = torrent;

    /// <summary>The first message that matches, past or to come.</summary>
    public Task<PeerMessage> WaitForAsync(Predicate<PeerMessage> match, TimeSpan deadline, CancellationToken cancellationToken) =>
        _received.FirstAsync(match, deadline, cancellationToken);

    /// <inheritdoc cref="WaitForAsync(Predicate{PeerMessage}, TimeSpan, CancellationToken)"/>
    public Task<PeerMessage> WaitForAsync(PeerMessageKind kind, TimeSpan deadline, CancellationToken cancellationToken) =>
        WaitForAsync(message => message.Kind == kind, deadline, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
        _uploadTurn.Dispose();
    }

    internal TestTorrent? Find(ReadOnlySpan<byte> infohash) => _torrents.GetValueOrDefault(Convert.ToHexStringLower(infohash));

    internal bool Has(TestTorrent torrent, int piece) => piece >= 0 && piece < torrent.PieceCount && (Behaviour.Has?.Invoke(piece) ?? true);

    internal void CountConnection() => Interlocked.Increment(ref _connections);

    internal void Record(PeerMessageKind kind, PeerBlock block, IPEndPoint from) => _received.Add(new PeerMessage(kind, block, from, _clock.Elapsed));

    /// <summary>Takes one block off what the behaviour allows to be sent.</summary>
    internal bool GrantBlock() => Interlocked.Increment(ref _granted) <= (Behaviour.StallsAfterBlocks ?? Behaviour.DropsAfterBlocks ?? int.MaxValue);

    internal void RecordSent(TestTorrent torrent, PeerBlock block)
    {
        _sent.Add(block);
        _sentBytes.AddOrUpdate(torrent.Infohash, block.Length, (_, sent) => sent + block.Length);
        if (Interlocked.Increment(ref _sentCount) == Behaviour.DropsAfterBlocks)
        {
            _stop.Cancel();
        }
    }

    /// <summary>Waits until the upload limit allows the block.</summary>
    internal async Task WaitForTurnAsync(PeerBlock block, CancellationToken cancellationToken)
    {
        if (Behaviour.BytesPerSecond is { } rate)
        {
            await _uploadTurn.WaitAsync(cancellationToken);
            try
            {
                await Task.Delay(TimeSpan.FromSeconds((double)block.Length / rate), cancellationToken);
            }
            finally
            {
                _uploadTurn.Release();
            }
        }
    }

    private async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                sessions.Add(TalkAsync(client));
                sessions.RemoveAll(session => session.IsCompletedSuccessfully);
            }
        }
        catch (Exception end) when (_stop.IsCancellationRequested && end is OperationCanceledException or InvalidOperationException or SocketException)
        {
            // It may be between two connections when it is told to stop.
            _listener.Stop();
            await Task.WhenAll(sessions);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var session = new PeerSession(this, client);
        await session.RunAsync(_stop.Token);
    }
}
