using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTorrent.TestKit;

/// <summary>
/// transmission-daemon. It checks the content before it seeds, and serves requests in pulses of 0.5 s. It dials no
/// loopback address and its DHT ignores them: others must dial it, and <see cref="SeederOptions.DhtEntry"/> is refused.
/// </summary>
public sealed class TransmissionSeeder : Seeder
{
    private const string SessionHeader = "X-Transmission-Session-Id";
    private const int StatusSeeding = 6;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Uri _rpc;
    private string _session = "";

    private TransmissionSeeder(SeederOptions options)
    {
        if (options.Address is { } address)
        {
            Endpoint = new IPEndPoint(address, FreePort.Next(address));
        }

        _rpc = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{Endpoint.Address}:{FreePort.Next(Endpoint.Address)}/transmission/rpc"));
    }

    /// <summary>Starts it and waits until it seeds the torrent.</summary>
    public static Task<TransmissionSeeder> StartAsync(TestTorrent torrent, CancellationToken cancellationToken, SeederOptions? options = null)
    {
        options ??= new SeederOptions();
        var seeder = new TransmissionSeeder(options);
        return StartAsync(seeder, async () =>
        {
            await seeder.RunAsync(options, cancellationToken);
            await seeder.AddAsync(torrent, torrent.SavePath, cancellationToken);
            await seeder.Process.WaitUntilAsync("transmission seeds the torrent", seeder.SeedsAsync, StartDeadline, cancellationToken);
        });
    }

    /// <summary>Starts it without a torrent.</summary>
    public static Task<TransmissionSeeder> StartEmptyAsync(CancellationToken cancellationToken, SeederOptions? options = null)
    {
        options ??= new SeederOptions();
        var seeder = new TransmissionSeeder(options);
        return StartAsync(seeder, () => seeder.RunAsync(options, cancellationToken));
    }

    /// <summary>Gives it its torrent.</summary>
    public Task AddAsync(TestTorrent torrent, string directory, CancellationToken cancellationToken) => CallAsync(
        "torrent-add",
        new JsonObject { ["metainfo"] = Convert.ToBase64String(torrent.FileBytes), ["download-dir"] = directory },
        cancellationToken);

    public override async Task<long> GetUploadedBytesAsync(CancellationToken cancellationToken) =>
        (await TorrentAsync(["uploadedEver"], cancellationToken))?["uploadedEver"]?.GetValue<long>() ?? 0;

    public override async Task<Transfer> GetTransferAsync(CancellationToken cancellationToken) =>
        await TorrentAsync(["haveValid", "haveUnchecked", "leftUntilDone", "metadataPercentComplete"], cancellationToken) is { } torrent
            ? new Transfer(
                torrent["haveValid"]!.GetValue<long>() + torrent["haveUnchecked"]!.GetValue<long>(),
                torrent["leftUntilDone"]!.GetValue<long>() == 0 && torrent["metadataPercentComplete"]!.GetValue<double>() == 1)
            : default;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
    }

    private async Task RunAsync(SeederOptions options, CancellationToken cancellationToken)
    {
        if (options.DhtEntry is not null)
        {
            throw new ArgumentException("Transmission's DHT ignores loopback addresses; take AriaSeeder.", nameof(options));
        }

        var address = Endpoint.Address.ToString();
        var settings = new JsonObject
        {
            ["bind-address-ipv4"] = address,
            ["bind-address-ipv6"] = "::1",
            ["peer-port"] = Endpoint.Port,
            ["rpc-bind-address"] = address,
            ["rpc-port"] = _rpc.Port,
            ["rpc-whitelist"] = $"127.*.*.*,{address}",
            ["rpc-host-whitelist-enabled"] = false,
            ["dht-enabled"] = false,
            ["lpd-enabled"] = false,
            ["pex-enabled"] = options.PeerExchange,
            ["utp-enabled"] = options.Utp,
            ["port-forwarding-enabled"] = false,
            ["download-queue-enabled"] = false,
            ["incomplete-dir-enabled"] = false,
            ["ratio-limit-enabled"] = false,
            ["speed-limit-up-enabled"] = options.UploadBytesPerSecond is not null,
            ["speed-limit-up"] = (options.UploadBytesPerSecond ?? 0) / 1000,
        };
        await File.WriteAllTextAsync(Home["settings.json"], settings.ToJsonString(), cancellationToken);
        await LaunchAsync("transmission-daemon", ["--foreground", "--config-dir", Home.FullPath]);
        await Process.WaitUntilAsync("transmission answers", AnswersAsync, StartDeadline, cancellationToken);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync("session-get", [], cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<bool> SeedsAsync(CancellationToken cancellationToken) =>
        await TorrentAsync(["status", "percentDone"], cancellationToken) is { } torrent
        && torrent["status"]?.GetValue<int>() == StatusSeeding
        && torrent["percentDone"]?.GetValue<double>() == 1;

    private async Task<JsonNode?> TorrentAsync(string[] fields, CancellationToken cancellationToken)
    {
        var answer = await CallAsync("torrent-get", new JsonObject { ["fields"] = JsonSerializer.SerializeToNode(fields) }, cancellationToken);
        return answer["torrents"]?.AsArray().FirstOrDefault();
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject arguments, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["method"] = method, ["arguments"] = arguments }.ToJsonString();
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _rpc) { Content = new StringContent(body) };
            request.Headers.Add(SessionHeader, _session);
            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.Conflict)
            {
                // The answer to a request without the session's id carries the id.
                _session = response.Headers.GetValues(SessionHeader).Single();
                continue;
            }

            response.EnsureSuccessStatusCode();
            var answer = await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
            return answer?["result"]?.GetValue<string>() == "success"
                ? answer["arguments"]!
                : throw new InvalidOperationException($"transmission {method}: {answer?["result"]}");
        }
    }
}
