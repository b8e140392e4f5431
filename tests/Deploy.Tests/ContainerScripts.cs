using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EventTorrent.TestKit;

namespace EventTorrent.Deploy.Tests;

/// <summary>The scripts that deploy/Dockerfile puts into images.</summary>
public sealed class ContainerScripts
{
    private const string Keys = """{"keys":[{"kty":"EC"}]}""";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Seconds that a container's process has here: the machine may be busy with other tests.</summary>
    private const string Patience = "30";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, 0)]
    [InlineData(503, 1)]
    public async Task A_container_is_as_ready_as_its_process_says(int status, int code)
    {
        await using var server = new AnsweringServer((status, "{}"));

        Assert.Equal(code, await AskAsync(server.Port));
        Assert.Equal("/health/ready", server.Path);
    }

    [Fact]
    public async Task A_container_without_its_process_is_not_ready()
    {
        // Bound and deaf: nobody else can take the port meanwhile.
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Equal(1, await AskAsync(((IPEndPoint)socket.LocalEndPoint!).Port));
    }

    [Fact]
    public async Task The_keys_of_tickets_are_fetched_until_they_are_there_and_nothing_else_is_taken_for_them()
    {
        Assert.SkipWhen(NodeProgram.Missing == "Node.js is not installed.", "Node.js is not installed.");
        await using var directory = new TempDirectory();
        await using var server = new AnsweringServer((503, "busy"), (200, "<html>"), (200, Keys));
        var file = directory["public.json"];
        await using var script = await ToolProcess.StartAsync("node", [PathOf("fetch-ticket-keys.mjs"), $"http://127.0.0.1:{server.Port}/tickets/keys.json", file]);

        await Poll.UntilAsync("the keys are there", () => File.Exists(file), Deadline, Cancellation, () => script.Output);

        Assert.Equal(Keys, await File.ReadAllTextAsync(file, Cancellation));
        Assert.Equal((3, "/tickets/keys.json"), (server.Asked, server.Path));
        script.Signal(UnixSignal.Terminate);
        Assert.Equal(0, await script.WaitForExitAsync(Deadline, Cancellation));
    }

    private static string PathOf(string script) => RepositoryFile.PathOf($"deploy/containers/{script}");

    private static async Task<int> AskAsync(int port)
    {
        await using var script = await ToolProcess.StartAsync("/bin/bash", [PathOf("is-ready"), port.ToString(CultureInfo.InvariantCulture), Patience]);
        return await script.WaitForExitAsync(Deadline, Cancellation);
    }
}
