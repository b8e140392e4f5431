using System.Net;

namespace EventTorrent.TestKit;

/// <summary>
/// Torrents and those who seed them, well or badly, on loopback: scripted peers, each of which has every torrent, and
/// clients of others' making, each of which has one. All end with it.
/// </summary>
public sealed class LocalSwarm : IAsyncDisposable
{
    private readonly List<TestTorrent> _torrents = [];
    private readonly List<ScriptedPeer> _peers = [];
    private readonly List<(TestTorrent Torrent, Seeder Client)> _clients = [];
    private readonly TempDirectory _directory = new();

    public IReadOnlyList<TestTorrent> Torrents => _torrents;

    public IReadOnlyList<ScriptedPeer> Peers => _peers;

    public IEnumerable<Seeder> Clients => _clients.Select(entry => entry.Client);

    /// <summary>A swarm of small torrents with one sound, fast seed for all of them.</summary>
    public static async Task<LocalSwarm> OfSmallTorrentsAsync(int count, CancellationToken cancellationToken)
    {
        var swarm = new LocalSwarm();
        swarm.AddPeer();
        await swarm.AddSmallTorrentsAsync(count, cancellationToken);
        return swarm;
    }

    /// <summary>Adds small torrents, which every scripted peer seeds at once.</summary>
    /// <returns>The new ones.</returns>
    public async Task<IReadOnlyList<TestTorrent>> AddSmallTorrentsAsync(int count, CancellationToken cancellationToken)
    {
        var made = await SmallTorrents.MakeAsync(count, _directory.CreateDirectory(FormattableString.Invariant($"from-{_torrents.Count}")), cancellationToken);
        foreach (var torrent in made)
        {
            Add(torrent);
        }

        return made;
    }

    /// <summary>Adds a torrent, which every scripted peer seeds at once.</summary>
    public void Add(TestTorrent torrent)
    {
        _torrents.Add(torrent);
        _peers.ForEach(peer => peer.Add(torrent));
    }

    /// <summary>Adds a peer that seeds every torrent as its behaviour says.</summary>
    public ScriptedPeer AddPeer(PeerBehaviour? behaviour = null)
    {
        var peer = new ScriptedPeer(behaviour);
        _torrents.ForEach(peer.Add);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>Adds a client that seeds one torrent, such as by <c>TransmissionSeeder.StartAsync</c>.</summary>
    public async Task<T> AddClientAsync<T>(TestTorrent torrent, Func<TestTorrent, Task<T>> start) where T : Seeder
    {
        var client = await start(torrent);
        _clients.Add((torrent, client));
        return client;
    }

    /// <summary>A magnet link that names everybody who seeds the torrent.</summary>
    public string Magnet(TestTorrent torrent) => torrent.Magnet([.. Seeds(torrent)]);

    /// <summary>Payload of a torrent that its seeds have sent, repetitions included.</summary>
    public async Task<long> CountSentBytesAsync(TestTorrent torrent, CancellationToken cancellationToken)
    {
        var sent = _peers.Sum(peer => peer.SentBytesOf(torrent));
        foreach (var (_, client) in _clients.Where(entry => entry.Torrent == torrent))
        {
            sent += await client.GetUploadedBytesAsync(cancellationToken);
        }

        return sent;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_peers.Select(peer => peer.DisposeAsync().AsTask()).Concat(_clients.Select(entry => entry.Client.DisposeAsync().AsTask())));
        await _directory.DisposeAsync();
    }

    private IEnumerable<IPEndPoint> Seeds(TestTorrent torrent) =>
        _peers.Select(peer => peer.Endpoint).Concat(_clients.Where(entry => entry.Torrent == torrent).Select(entry => entry.Client.Endpoint));
}
