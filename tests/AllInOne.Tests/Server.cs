using System.Net;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>The built program, as a process of its own, with a directory and a port of its own.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    private readonly ToolProcess _process;
    private readonly HttpClient _http;

    private Server(ToolProcess process, HttpClient http) => (_process, _http) = (process, http);

    public Uri Address => _http.BaseAddress!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Program => Path.Combine(AppContext.BaseDirectory, "EventTorrent.AllInOne.dll");

    public string Log => _process.Output;

    public static Task<Server> StartAsync(string dataDirectory, params (string Key, string Value)[] settings) =>
        StartAsync(dataDirectory, new Dictionary<string, string>(), settings);

    public static Task<Server> StartAsync(
        string dataDirectory, IReadOnlyDictionary<string, string> environment, params (string Key, string Value)[] settings) =>
        StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"), dataDirectory, environment, settings);

    /// <summary>One where another was before.</summary>
    public static async Task<Server> StartAsync(
        Uri address, string dataDirectory, IReadOnlyDictionary<string, string> environment, params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] all =
        [
            ("Urls", address.ToString()), ("Storage:DataDirectory", dataDirectory), ("Torrents:AllowPrivateNetworks", "true"),
            ("Torrents:ListenInterfaces", $"{LoopbackAddress.Next()}:0"), ("Torrents:Dht", "false"), .. settings,
        ];
        var process = await ToolProcess.StartAsync(
            "dotnet", [Program, "serve", .. all.SelectMany(setting => new[] { $"--{setting.Key}", setting.Value })], environment: environment);
        var server = new Server(process, new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(100) });
        try
        {
            await process.WaitUntilAsync("The server is ready.", server.IsReadyAsync, StartDeadline, Cancellation);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>A run of the command line: exit code, standard output, standard error.</summary>
    public static async Task<(int Exit, string Output, string Errors)> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = System.Diagnostics.Process.Start(start)!;
        await using var kill = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    public async Task<HttpStatusCode> SubmitAsync(params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        using var answer = await _http.PostAsync("/tasks/", form, Cancellation);
        return answer.StatusCode;
    }

    public async Task<HttpStatusCode> SubmitFileAsync(byte[] torrent, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(torrent), "torrent_file", "a.torrent" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        using var answer = await _http.PostAsync("/tasks/", form, Cancellation);
        return answer.StatusCode;
    }

    public Task<JsonElement> GetAsync(string infohash) => _http.GetFromJsonAsync<JsonElement>($"/tasks/{infohash}", Cancellation);

    public Task<byte[]> GetBytesAsync(string path) => _http.GetByteArrayAsync(path, Cancellation);

    public async Task<HttpStatusCode> DeleteAsync(string infohash, bool withData = true)
    {
        using var answer = await _http.DeleteAsync($"/tasks/{infohash}{(withData ? "?data=true" : "")}", Cancellation);
        return answer.StatusCode;
    }

    public async Task<HttpStatusCode> WishAsync(string infohash, string wish)
    {
        using var answer = await _http.PostAsync($"/tasks/{infohash}/{wish}", null, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>Waits until a task is as wanted; says what it was like if it never is.</summary>
    public async Task<JsonElement> WaitForAsync(string infohash, Predicate<JsonElement> condition, TimeSpan deadline)
    {
        JsonElement task = default;
        await Poll.UntilAsync(
            "The task is as expected.",
            async _ => condition(task = await GetAsync(infohash)),
            deadline, Cancellation, () => $"{task}\n{Log}");
        return task;
    }

    public Task<string> WaitForLineAsync(Predicate<string> match, TimeSpan deadline) => _process.WaitForLineAsync(match, deadline, Cancellation);

    /// <summary>Ends it in good order.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync(TimeSpan deadline)
    {
        _process.Signal(UnixSignal.Terminate);
        return _process.WaitForExitAsync(deadline, Cancellation);
    }

    /// <summary>Ends it without a word of warning.</summary>
    public Task KillAsync(TimeSpan deadline)
    {
        _process.Signal(UnixSignal.Kill);
        return _process.WaitForExitAsync(deadline, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync("/health/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
