using System.Net;
using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.Deploy.Tests;

/// <summary>A server on loopback that gives each request the next of its answers, and the last one for ever.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private int _asked;

    public AnsweringServer(params (int Status, string Body)[] answers)
    {
        Port = FreePort.Next();
        // Any name: what is asked for is what the scripts ask for.
        _listener.Prefixes.Add($"http://*:{Port}/");
        _listener.Start();
        _serving = ServeAsync(answers);
    }

    public int Port { get; }

    public int Asked => Volatile.Read(ref _asked);

    /// <summary>What the last request was for.</summary>
    public string? Path { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync((int Status, string Body)[] answers)
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var (status, body) = answers[Math.Min(_asked, answers.Length - 1)];
                Path = context.Request.Url!.AbsolutePath;
                Interlocked.Increment(ref _asked);
                context.Response.StatusCode = status;
                context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: true);
            }
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }
}
