using System.Net;
using System.Text.Json.Nodes;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>One of the programs, as a process of its own on a port of its own.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    /// <summary>What a supervisor waits before it kills.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ToolProcess _process;

    private HostProcess(ToolProcess process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
    }

    public HttpClient Client { get; }

    public string Log => _process.Output;

    public bool HasExited => _process.HasExited;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="name">Of the project, such as Sagas.</param>
    public static async Task<HostProcess> StartAsync(string name, params (string Key, string Value)[] settings)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        (string Key, string Value)[] all = [("Urls", address), .. settings];
        return new HostProcess(await StartProgramAsync(name, all.SelectMany(setting => new[] { $"--{setting.Key}", setting.Value })), new Uri(address));
    }

    /// <summary>Runs one to its end.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string name, params string[] arguments)
    {
        await using var process = await StartProgramAsync(name, arguments);
        var code = await process.WaitForExitAsync(Deadline, Cancellation);
        return (code, process.Output);
    }

    public Task WaitForLineAsync(string text) => WaitForLineAsync(text, Deadline);

    public Task WaitForLineAsync(string text, TimeSpan deadline) =>
        _process.WaitForLineAsync(line => line.Contains(text, StringComparison.Ordinal), deadline, Cancellation);

    /// <summary>Waits for an answer of /health/live or /health/ready.</summary>
    public Task WaitForHealthAsync(string kind, HttpStatusCode status) => _process.WaitUntilAsync(
        $"/health/{kind} answers {status}",
        async cancellationToken => await HealthAsync(kind, cancellationToken) == status,
        Deadline,
        Cancellation);

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Client.GetStringAsync(path, Cancellation))!;

    public Task<int> WaitForExitAsync(TimeSpan deadline) => _process.WaitForExitAsync(deadline, Cancellation);

    /// <summary>SIGTERM; fails when it takes longer than a supervisor waits.</summary>
    /// <returns>Exit code and time.</returns>
    public async Task<(int Code, TimeSpan Time)> StopAsync()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        _process.Signal(UnixSignal.Terminate);
        var code = await WaitForExitAsync(StopLimit);
        TestContext.Current.TestOutputHelper?.WriteLine($"stopped with {code} after {clock.Elapsed.TotalSeconds:0.0} s");
        return (code, clock.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }

    private static async Task<ToolProcess> StartProgramAsync(string name, IEnumerable<string> arguments) => await ToolProcess.StartAsync(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, $"EventTorrent.{name}.dll"), .. arguments]);

    private async Task<HttpStatusCode?> HealthAsync(string kind, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Client.GetAsync($"/health/{kind}", cancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
