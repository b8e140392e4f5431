using System.Net;
using System.Net.WebSockets;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>Keys of the built program: the command line beside a service that runs, and the service that refuses to go public.</summary>
public sealed class KeepingTheDoor
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_of_the_command_line_close_and_open_the_door_of_a_service_that_runs()
    {
        await using var directory = new TempDirectory();
        await using var server = await Server.StartAsync(directory.FullPath, ("Node:Enabled", "false"));
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, await AskAsync(http, null));

        var (exit, key, told) = await RunAsync(directory, "create", "my laptop", "--role", "admin");

        Assert.True(exit == 0, told);
        await UntilAsync("the door is closed", http, null, HttpStatusCode.Unauthorized);
        await UntilAsync("the key is known", http, key.Trim(), HttpStatusCode.OK);
        Assert.DoesNotContain(key.Trim()[^64..], told, StringComparison.Ordinal);
        Assert.True(await CanConnectAsync(server.Address, await File.ReadAllTextAsync(directory["node.key"], Cancellation)));
        Assert.False(await CanConnectAsync(server.Address, key));

        var (_, list, _) = await RunAsync(directory, "list");
        Assert.Contains("my laptop", list, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Trim()[^64..], list, StringComparison.Ordinal);
        var (revoked, _, said) = await RunAsync(directory, "revoke", key.Split('_')[1]);
        Assert.Equal(0, revoked);
        Assert.Contains("There is no key", said, StringComparison.Ordinal);
        await UntilAsync("the door is open", http, null, HttpStatusCode.OK);
        Assert.DoesNotContain(key.Trim()[^64..], server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_the_service_does_not_listen_where_others_can_reach_it_and_says_what_to_do()
    {
        await using var directory = new TempDirectory();

        var (exit, _, errors) = await Server.RunAsync(["serve", "--Urls", $"http://0.0.0.0:{FreePort.Next()}", "--Storage:DataDirectory", directory.FullPath], Cancellation);

        Assert.Equal(2, exit);
        Assert.Contains("There is no key yet", errors, StringComparison.Ordinal);
        Assert.Contains("./run.sh keys create", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create", "a", "--role", "root")]
    [InlineData("create", "a")]
    [InlineData("create", "a\nb", "--role", "viewer")]
    [InlineData("frobnicate")]
    public async Task What_can_not_be_understood_is_said_and_changes_nothing(params string[] arguments)
    {
        await using var directory = new TempDirectory();

        var (exit, output, errors) = await RunAsync(directory, arguments);

        Assert.Equal((2, ""), (exit, output));
        Assert.NotEmpty(errors);
    }

    private static Task<(int Exit, string Output, string Errors)> RunAsync(TempDirectory directory, params string[] arguments) =>
        Server.RunAsync(["keys", .. arguments, "--Storage:DataDirectory", directory.FullPath], Cancellation);

    private static async Task<HttpStatusCode> AskAsync(HttpClient http, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tasks/queue/size");
        request.Headers.Authorization = key is null ? null : new("Bearer", key);
        using var answer = await http.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private static Task UntilAsync(string what, HttpClient http, string? key, HttpStatusCode status) =>
        Poll.UntilAsync(what, async _ => await AskAsync(http, key) == status, Deadline, Cancellation);

    /// <summary>As a node does at the hub where it meets viewers: its key is not one of the door's.</summary>
    private static async Task<bool> CanConnectAsync(Uri address, string key)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {key.Trim()}");
        try
        {
            await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/hubs/signaling" }.Uri, Cancellation);
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }
}
