using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EventTorrent.TestKit;

/// <summary>qbittorrent-nox: libtorrent as most people run it.</summary>
public sealed class QBittorrentSeeder : Seeder
{
    private readonly HttpClient _http;

    private QBittorrentSeeder() => _http = new HttpClient
    {
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{IPAddress.Loopback}:{FreePort.Next()}/api/v2/")),
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Starts it and waits until it seeds the torrent. The content is believed, not checked.</summary>
    public static async Task<QBittorrentSeeder> StartAsync(TestTorrent torrent, CancellationToken cancellationToken, SeederOptions? options = null)
    {
        var seeder = await StartEmptyAsync(cancellationToken, options);
        return await StartAsync(seeder, async () =>
        {
            await seeder.AddAsync(torrent, torrent.SavePath, skipChecking: true, cancellationToken);
            await seeder.WaitUntilCompleteAsync(cancellationToken);
        });
    }

    public override async Task<long> GetUploadedBytesAsync(CancellationToken cancellationToken) =>
        (await TorrentAsync(cancellationToken))?["uploaded"]?.GetValue<long>() ?? 0;

    public override async Task<Transfer> GetTransferAsync(CancellationToken cancellationToken) =>
        await TorrentAsync(cancellationToken) is { } torrent
            ? new Transfer(torrent["completed"]!.GetValue<long>(), torrent["state"]?.GetValue<string>() is "uploading" or "stalledUP")
            : default;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>Starts it without a torrent.</summary>
    public static Task<QBittorrentSeeder> StartEmptyAsync(CancellationToken cancellationToken, SeederOptions? options = null)
    {
        var seeder = new QBittorrentSeeder();
        return StartAsync(seeder, () => seeder.RunAsync(options ?? new SeederOptions(), cancellationToken));
    }

    /// <summary>Gives it its torrent.</summary>
    public async Task AddAsync(TestTorrent torrent, string directory, bool skipChecking, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(torrent.FileBytes) { Headers = { ContentType = new("application/x-bittorrent") } }, "torrents", "test.torrent" },
            { new StringContent(directory), "savepath" },
            { new StringContent("false"), "autoTMM" },
            { new StringContent(skipChecking ? "true" : "false"), "skip_checking" },
        };
        using var response = await _http.PostAsync("torrents/add", form, cancellationToken);
        response.EnsureSuccessStatusCode();
        await Process.WaitUntilAsync("qBittorrent lists the torrent", async token => await TorrentAsync(token) is not null, StartDeadline, cancellationToken);
    }

    /// <summary>Tells it of a peer.</summary>
    public async Task AddPeerAsync(TestTorrent torrent, IPEndPoint peer, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["hashes"] = torrent.Infohash, ["peers"] = peer.ToString() });
        using var response = await _http.PostAsync("torrents/addPeers", form, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    internal Task WaitUntilCompleteAsync(CancellationToken cancellationToken) => Process.WaitUntilAsync(
        "qBittorrent seeds the torrent",
        async token => (await TorrentAsync(token))?["state"]?.GetValue<string>() is "uploading" or "stalledUP",
        StartDeadline,
        cancellationToken);

    private async Task RunAsync(SeederOptions options, CancellationToken cancellationToken)
    {
        if (options.DhtEntry is not null)
        {
            throw new ArgumentException("qBittorrent 4.5 takes no DHT bootstrap node; take AriaSeeder.", nameof(options));
        }

        Directory.CreateDirectory(Home["qBittorrent/config"]);
        await File.WriteAllTextAsync(
            Home["qBittorrent/config/qBittorrent.conf"],
            FormattableString.Invariant($"""
            [LegalNotice]
            Accepted=true
            [BitTorrent]
            Session\Interface=lo
            Session\InterfaceName=lo
            Session\InterfaceAddress={Endpoint.Address}
            Session\Port={Endpoint.Port}
            Session\BTProtocol={(options.Utp ? "Both" : "TCP")}
            Session\DHTEnabled=false
            Session\LSDEnabled=false
            Session\PeXEnabled={(options.PeerExchange ? "true" : "false")}
            Session\QueueingSystemEnabled=false
            Session\MultiConnectionsPerIp=true
            Session\IgnoreLimitsOnLAN=false
            Session\GlobalUPSpeedLimit={(options.UploadBytesPerSecond ?? 0) / 1024}
            [Network]
            PortForwardingEnabled=false
            [Preferences]
            WebUI\Address={_http.BaseAddress!.Host}
            WebUI\Port={_http.BaseAddress.Port}
            WebUI\LocalHostAuth=false
            WebUI\UseUPnP=false

            """),
            cancellationToken);
        await LaunchAsync("qbittorrent-nox", ["--profile=" + Home.FullPath]);
        await Process.WaitUntilAsync("qBittorrent answers", AnswersAsync, StartDeadline, cancellationToken);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync("app/version", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<JsonNode?> TorrentAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<JsonNode>("torrents/info", cancellationToken))?.AsArray().FirstOrDefault();
}
