using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EventTorrent.TestKit;

/// <summary>
/// A RabbitMQ node of the test's own, with its name server (epmd): in a directory that goes away with it unless one was
/// given, on loopback ports of its own. Its messages survive a kill as far as RabbitMQ promises.
/// </summary>
public sealed class LocalBroker : IAsyncDisposable
{
    /// <summary>The account that may do everything, also in the management pages.</summary>
    public const string User = "eventtorrent";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);
    private static readonly string? Programs = InstalledTool.FindDirectory("/usr/lib/rabbitmq/lib", "rabbitmq_server-", "sbin", "rabbitmq-server");

    private readonly ServerHome _home;
    private readonly int _port = FreePort.Next();
    private readonly Dictionary<string, string> _environment;
    private readonly HttpClient _management;
    private ToolProcess? _nameServer;
    private ToolProcess? _node;

    private LocalBroker(string? directory)
    {
        // Both are part of what the node keeps: its database lies under its name, and the account in its database.
        _home = new ServerHome(directory);
        Name = $"test-{_home.Secret("name")}@localhost";
        Password = _home.Secret("password");
        _environment = new Dictionary<string, string>
        {
            ["HOME"] = _home.FullPath,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = Text(FreePort.Next()),
            ["RABBITMQ_NODENAME"] = Name,
            ["RABBITMQ_DIST_PORT"] = Text(FreePort.Next()),
            ["RABBITMQ_MNESIA_BASE"] = _home["mnesia"],
            ["RABBITMQ_LOG_BASE"] = _home["log"],
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_PID_FILE"] = _home["pid"],
            ["RABBITMQ_CONFIG_FILE"] = _home["rabbitmq.conf"],
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = _home["advanced.config"],
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _home["enabled_plugins"],
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = _home["generated"],
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
            // The start script then becomes the Erlang machine instead of waiting for it: what we signal is the node itself.
            ["RUNNING_UNDER_SYSTEMD"] = "1",
        };
        _management = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Text(FreePort.Next())}/api/"), Timeout = TimeSpan.FromSeconds(20) };
        _management.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{Password}")));
    }

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? Missing => Programs is null ? "RabbitMQ is not installed (scripts/prepare.sh test)." : null;

    /// <summary>The node's name, which no other node has.</summary>
    public string Name { get; }

    public string Password { get; }

    /// <summary>Where people look at it, with <see cref="User"/> and <see cref="Password"/>.</summary>
    public Uri ManagementUrl => new(_management.BaseAddress!, "/");

    public int Port => _port;

    public int Pid => Node.Pid;

    /// <summary>It was neither stopped nor killed by us, and runs no more.</summary>
    public bool HasCrashed => _node is { HasExited: true };

    /// <summary>The last lines that the node logged.</summary>
    public string Log => Node.Output;

    private ToolProcess Node => _node ?? throw new InvalidOperationException("It does not run.");

    /// <param name="directory">Keeps its data there for the next time; null for a directory that goes away with it.</param>
    public static async Task<LocalBroker> StartAsync(CancellationToken cancellationToken, string? directory = null)
    {
        var broker = new LocalBroker(directory);
        try
        {
            await broker.InitializeAsync(cancellationToken);
            await broker.StartAgainAsync(cancellationToken);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty virtual host, or leaves the one of this name as it is.</summary>
    /// <param name="name">Null for one that nobody else has.</param>
    /// <returns>Its amqp address.</returns>
    public async Task<Uri> CreateVirtualHostAsync(CancellationToken cancellationToken, string? name = null)
    {
        name ??= "test-" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        await PutAsync($"vhosts/{name}", [], cancellationToken);
        await PutAsync(
            $"permissions/{name}/{User}", new JsonObject { ["configure"] = ".*", ["write"] = ".*", ["read"] = ".*" }, cancellationToken);
        return new Uri($"amqp://{User}:{Password}@127.0.0.1:{Text(_port)}/{name}");
    }

    /// <summary>Asks the management API, such as <c>queues/my-vhost</c>.</summary>
    public async Task<JsonNode> AskAsync(string path, CancellationToken cancellationToken) =>
        (await _management.GetFromJsonAsync<JsonNode>(path, cancellationToken))!;

    /// <summary>Puts something by the management API, such as an exchange.</summary>
    public async Task PutAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await _management.PutAsJsonAsync(path, body, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Posts to the management API, such as to <c>queues/my-vhost/my-queue/get</c>.</summary>
    /// <returns>The answer, or null when it is empty.</returns>
    public async Task<JsonNode?> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await _management.PostAsJsonAsync(path, body, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.Length == 0 ? null : JsonNode.Parse(answer);
    }

    /// <summary>Runs rabbitmqctl on the node.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> ControlAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) => ToolProcess.RunAsync(
        Path.Combine(Programs!, "rabbitmqctl"), ["-q", .. arguments], Deadline, cancellationToken, _home.FullPath, _environment, unprivileged: true);

    /// <summary>Ends it in good order.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => StopAsync(UnixSignal.Terminate, cancellationToken);

    /// <summary>Ends it as a crash would (SIGKILL).</summary>
    public Task KillAsync(CancellationToken cancellationToken) => StopAsync(UnixSignal.Kill, cancellationToken);

    /// <summary>Freezes it: its connections stay open and silent.</summary>
    public void Suspend() => Node.Suspend();

    /// <summary>Lets it go on.</summary>
    public void Resume() => Node.Resume();

    /// <summary>Starts what was stopped or killed, or has crashed, on the same ports with the same data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        if (HasCrashed)
        {
            await KillAsync(cancellationToken);
        }

        if (_node is not null)
        {
            throw new InvalidOperationException("It runs already.");
        }

        _node = await StartAsync(Path.Combine(Programs!, "rabbitmq-server"), []);
        await _node.WaitUntilAsync("RabbitMQ answers", IsOursAsync, Deadline, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await KillAsync(CancellationToken.None);
        }

        if (_nameServer is not null)
        {
            await _nameServer.DisposeAsync();
        }

        _management.Dispose();
        await _home.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (Missing is { } reason)
        {
            throw new InvalidOperationException(reason);
        }

        Unprivileged.Give(_home.FullPath);
        await WriteAsync("enabled_plugins", "[rabbitmq_management].\n", cancellationToken);
        await WriteAsync(
            "rabbitmq.conf",
            FormattableString.Invariant($"""
            listeners.tcp.1 = 127.0.0.1:{_port}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {_management.BaseAddress!.Port}
            default_user = {User}
            default_pass = {Password}
            log.console.level = warning
            disk_free_limit.absolute = 50MB
            vm_memory_high_watermark.absolute = 512MB

            """),
            cancellationToken);

        // A node starts a name server that outlives it when there is none: this one ends with the test.
        _nameServer = await StartAsync("epmd", []);
        await _nameServer.WaitUntilAsync("epmd answers", NameServerAnswersAsync, Deadline, cancellationToken);
    }

    private async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(_home[name], text, cancellationToken);
        Unprivileged.Give(_home[name]);
    }

    private Task<ToolProcess> StartAsync(string tool, IEnumerable<string> arguments) =>
        ToolProcess.StartAsync(tool, arguments, _home.FullPath, _environment, unprivileged: true);

    private async Task StopAsync(UnixSignal signal, CancellationToken cancellationToken)
    {
        await using var node = Node;
        _node = null;
        if (!node.HasExited)
        {
            node.Signal(signal);
            await node.WaitForExitAsync(Deadline, cancellationToken);
        }
    }

    private async Task<bool> NameServerAnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new System.Net.Sockets.TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, int.Parse(_environment["ERL_EPMD_PORT"], CultureInfo.InvariantCulture), cancellationToken);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether a node answers that has our name and has our port: another server may have taken one of them.</summary>
    private async Task<bool> IsOursAsync(CancellationToken cancellationToken)
    {
        try
        {
            var overview = await AskAsync("overview", cancellationToken);
            return overview["node"]?.GetValue<string>() == Name
                && overview["listeners"]!.AsArray().Any(listener =>
                    listener!["protocol"]!.GetValue<string>() == "amqp" && listener["port"]!.GetValue<int>() == _port);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
