using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EventTorrent.TestKit;

/// <summary>aria2c. The one with an upload limit that is exact on loopback, and with a DHT that accepts loopback addresses.</summary>
public sealed class AriaSeeder : Seeder
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly int _rpcPort = FreePort.Next();

    private AriaSeeder()
    {
    }

    /// <summary>Starts it and waits until it seeds the torrent. The content is believed, not checked.</summary>
    public static async Task<AriaSeeder> StartAsync(TestTorrent torrent, CancellationToken cancellationToken, SeederOptions? options = null)
    {
        var seeder = await StartDownloadAsync(torrent, torrent.SavePath, cancellationToken, options);
        return await StartAsync(seeder, () => seeder.WaitUntilCompleteAsync(cancellationToken));
    }

    public override async Task<long> GetUploadedBytesAsync(CancellationToken cancellationToken) =>
        await TorrentAsync(cancellationToken) is { } torrent
            ? long.Parse(torrent["uploadLength"]!.GetValue<string>(), CultureInfo.InvariantCulture)
            : 0;

    public override async Task<Transfer> GetTransferAsync(CancellationToken cancellationToken) =>
        await TorrentAsync(cancellationToken) is { } torrent
            ? new Transfer(long.Parse(torrent["completedLength"]!.GetValue<string>(), CultureInfo.InvariantCulture), torrent["seeder"]?.GetValue<string>() == "true")
            : default;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>Starts it on an empty directory: it downloads, then seeds.</summary>
    public static Task<AriaSeeder> StartDownloadAsync(
        TestTorrent torrent, string directory, CancellationToken cancellationToken, SeederOptions? options = null, bool byMagnet = false)
    {
        var seeder = new AriaSeeder();
        return StartAsync(seeder, async () =>
        {
            var source = byMagnet ? torrent.Magnet() : await torrent.SaveAsync(seeder.Home["seed.torrent"], cancellationToken);
            await seeder.RunAsync(source, directory, options ?? new SeederOptions());
        });
    }

    /// <summary>Whether a piece arrived whole and passed its hash.</summary>
    internal async Task<bool> HasCompletedAPieceAsync(CancellationToken cancellationToken) =>
        (await TorrentAsync(cancellationToken))?["bitfield"]?.GetValue<string>().Any(digit => digit != '0') ?? false;

    internal Task WaitUntilCompleteAsync(CancellationToken cancellationToken) => Process.WaitUntilAsync(
        "aria2 seeds the torrent",
        async token => (await TorrentAsync(token))?["seeder"]?.GetValue<string>() == "true",
        StartDeadline,
        cancellationToken);

    private async Task RunAsync(string source, string directory, SeederOptions options)
    {
        IEnumerable<string> dht = options.DhtEntry is { } entry
            ?
            [
                "--enable-dht=true", Text($"--dht-entry-point={entry}"), Text($"--dht-listen-port={Endpoint.Port}"),
                "--dht-file-path=" + Home["dht.dat"],
            ]
            : ["--enable-dht=false"];
        await LaunchAsync(
            "aria2c",
            [
                "--no-conf=true", "--dir=" + directory, "--interface=" + Endpoint.Address, Text($"--listen-port={Endpoint.Port}"),
                "--enable-rpc=true", "--rpc-listen-all=false", Text($"--rpc-listen-port={_rpcPort}"),
                "--enable-dht6=false", "--disable-ipv6=true", "--bt-enable-lpd=false",
                options.PeerExchange ? "--enable-peer-exchange=true" : "--enable-peer-exchange=false",
                "--seed-ratio=0.0", "--allow-overwrite=true", "--bt-seed-unverified=true", "--file-allocation=none", "--summary-interval=0",
                .. options.UploadBytesPerSecond is { } rate ? [Text($"--max-upload-limit={rate}")] : Array.Empty<string>(),
                .. options.EncryptedOnly ? ["--bt-require-crypto=true", "--bt-min-crypto-level=arc4"] : Array.Empty<string>(),
                .. dht, source,
            ]);
    }

    private async Task<JsonNode?> TorrentAsync(CancellationToken cancellationToken)
    {
        var call = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = "1", ["method"] = "aria2.tellActive" };
        try
        {
            // A body of known length: aria2 reads no chunked requests.
            using var body = new StringContent(call.ToJsonString());
            using var response = await _http.PostAsync(Text($"http://{IPAddress.Loopback}:{_rpcPort}/jsonrpc"), body, cancellationToken);
            var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
            return answer?["result"]?.AsArray().FirstOrDefault();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
