using System.Globalization;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>What the process does to a network that it is alone in, with its defaults: it tells nobody there of itself.</summary>
public sealed class A_network_of_its_own
{
    private const string Network = "ip link set lo up && ip link add lan0 type veth peer name lan1 && ip link set lan1 up && ip addr add 198.18.77.1/24 dev lan0 && ip link set lan0 up && exec \"$@\"";

    /// <summary>SSDP, NAT-PMP and PCP, and local discovery (BEP 14).</summary>
    private static readonly int[] LanPorts = [1900, 5350, 5351, 6771];

    /// <summary>239.255.255.250 and 239.192.152.143, as the kernel writes them.</summary>
    private static readonly string[] LanGroups = ["FAFFFFEF", "8F98C0EF"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static bool HasTools => File.Exists("/usr/bin/unshare") && File.Exists("/usr/bin/nsenter") && (File.Exists("/usr/sbin/ip") || File.Exists("/usr/bin/ip"));

    private static string Program => Path.Combine(AppContext.BaseDirectory, "EventTorrent.AllInOne.dll");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_not_searched_for_routers_and_peers_unless_that_is_asked_for()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && HasTools, "A network of its own takes root, unshare, nsenter and ip.");

        var quiet = await LookAsync();
        var loud = await LookAsync("--Torrents:LocalDiscovery", "true", "--Torrents:PortMapping", "true");

        Assert.True(quiet.Ports.Count >= 2, "both sessions listen");
        Assert.Empty(quiet.Ports.Intersect(LanPorts));
        Assert.Empty(quiet.Groups.Intersect(LanGroups));
        // What is looked at would show it.
        Assert.NotEmpty(loud.Groups.Intersect(LanGroups));
    }

    /// <summary>UDP ports and multicast groups once both sessions have begun.</summary>
    private static async Task<(IReadOnlyList<int> Ports, IReadOnlyList<string> Groups)> LookAsync(params string[] options)
    {
        await using var directory = new TempDirectory();
        var port = FreePort.Next();
        await using var process = await ToolProcess.StartAsync(
            "unshare",
            [
                "--net", "sh", "-c", Network, "sh", "dotnet", Program, "serve", "--Urls", $"http://127.0.0.1:{port}",
                "--Storage:DataDirectory", directory.FullPath, "--Torrents:DhtBootstrap", "127.0.0.1:1", .. options,
            ]);
        // A stream begins with a download, pictures with the other session.
        foreach (var (digit, want) in new[] { ('a', "stream"), ('b', "screenshots") })
        {
            await process.WaitUntilAsync($"{want} are wanted", token => SubmitAsync(process.Pid, port, new string(digit, 40), want, token), Patience, Cancellation);
        }

        await process.WaitForLineAsync(line => line.Contains("Download engine started", StringComparison.Ordinal), Patience, Cancellation);
        await process.WaitForLineAsync(line => line.Contains("Torrent engine started", StringComparison.Ordinal), Patience, Cancellation);
        IReadOnlyList<int> ports = [];
        // They are told to the network a moment after the sessions are there.
        await process.WaitUntilAsync("they listen", _ => Task.FromResult((ports = Ports(process.Pid)).Count >= 2), Patience, Cancellation);
        if (options.Length > 0)
        {
            await process.WaitUntilAsync("it looks round", _ => Task.FromResult(Groups(process.Pid).Intersect(LanGroups).Any()), Patience, Cancellation);
        }

        return (Ports(process.Pid), Groups(process.Pid));
    }

    /// <summary>From inside the network, by what every machine has.</summary>
    private static async Task<bool> SubmitAsync(int pid, int port, string infohash, string want, CancellationToken cancellationToken)
    {
        var body = $"infohash={infohash}&want={want}";
        var request = $"POST /tasks/ HTTP/1.0\\r\\nHost: 127.0.0.1:{port}\\r\\nContent-Type: application/x-www-form-urlencoded\\r\\nContent-Length: {body.Length}\\r\\n\\r\\n{body}";
        await using var call = await ToolProcess.StartAsync(
            "nsenter", ["--target", pid.ToString(CultureInfo.InvariantCulture), "--net", "bash", "-c", $"exec 3<>/dev/tcp/127.0.0.1/{port} && printf '{request}' >&3 && head -n 1 <&3"]);
        return await call.WaitForExitAsync(Patience, cancellationToken) == 0 && call.Output.Contains(" 20", StringComparison.Ordinal);
    }

    private static List<int> Ports(int pid) =>
        [.. Lines(pid, "udp").Concat(Lines(pid, "udp6")).Select(cells => int.Parse(cells[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).Distinct()];

    /// <summary>IPv4 groups stand on lines of their own below each interface.</summary>
    private static List<string> Groups(int pid) => [.. Lines(pid, "igmp").Select(cells => cells[0]).Where(cell => cell.Length == 8)];

    private static IEnumerable<string[]> Lines(int pid, string file) =>
        File.ReadLines($"/proc/{pid}/net/{file}").Skip(1).Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
