using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling;

/// <summary>
/// Where viewers and nodes meet; <c>Web/protocol/src/signaling.ts</c> has what is said. It passes on what the two say about
/// one attempt to connect, and nothing of the stream. What is not of the protocol has no effect, and who says too much of
/// it is put out.
/// </summary>
internal sealed partial class SignalingHub(
    NodeDirectory nodes, NodeAnnouncer announcer, ViewerSessions sessions, SignalRelay relay, IceServerList iceServers, TicketReader tickets, ViewerLimits limits,
    SignalingInstance instance, SignalingMetrics metrics, IOptions<SignalingOptions> options, TimeProvider time, ILogger<SignalingHub> logger) : Hub
{
    public const string Path = "/hubs/signaling";

    /// <summary>What the hub calls at both ends.</summary>
    public const string Signal = "Signal";

    /// <summary>An offer with the longest description and ticket, as JSON.</summary>
    public const long MaxMessageBytes = 64 * 1024;

    private const string Key = "client";
    private const int ProtocolVersion = 1;
    private const int MaxNodeSessions = 10_000;

    private Client Caller => (Client)Context.Items[Key]!;

    public override Task OnConnectedAsync()
    {
        var http = Context.GetHttpContext()!;
        var client = new Client(SignalingGuard.VolumesOf(http), SignalingGuard.AddressOf(http), options.Value, time);
        Context.Items[Key] = client;
        if (client.Volumes is null && !limits.TryEnter(client.Address))
        {
            LogTooManyViewers();
            Context.Abort();
        }

        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        var client = Caller;
        if (client.Volumes is null)
        {
            limits.Leave(client.Address);
        }

        // A connection between viewer and node needs the hub no more: nothing is said to the node.
        foreach (var session in client.Sessions)
        {
            sessions.Remove(session);
        }

        if (client.Volume is { } volume && nodes.TryLeave(volume, Context.ConnectionId, out var node))
        {
            announcer.Say(node, leaving: true);
            LogNodeLeft(volume);
        }

        return Task.CompletedTask;
    }

    /// <summary>A node says which volume it serves; its key must speak for it.</summary>
    public Task RegisterNode(JsonElement registration)
    {
        if (Caller is not { Volumes: { } volumes, Volume: null } client
            || Shape.Integer(registration, "protocol", ProtocolVersion, ProtocolVersion) is null
            || Shape.Text(registration, "volume", 64) is not { } volume
            || Shape.Text(registration, "version", 64) is not { } version
            || Shape.Integer(registration, "maxSessions", 1, MaxNodeSessions) is not { } maxSessions)
        {
            throw new HubException("bad-registration");
        }

        if (!volumes.Contains(volume))
        {
            LogForeignVolume();
            throw new HubException("foreign-volume");
        }

        client.Volume = volume;
        announcer.Say(nodes.Register(volume, Context.ConnectionId, version, (int)maxSessions, Context.Abort));
        LogNodeRegistered(volume);
        return Task.CompletedTask;
    }

    /// <summary>A node is there, every 10 s.</summary>
    public void NodeAlive(JsonElement load)
    {
        if (Caller.Volume is { } volume && Shape.Integer(load, "sessions", 0, MaxNodeSessions) is { } count
            && nodes.TryRefresh(volume, Context.ConnectionId, (int)count, out var node))
        {
            announcer.Say(node);
        }
    }

    /// <summary>A node says something to the viewer of a session.</summary>
    public Task NodeSignal(JsonElement message) =>
        Caller.Volume is { } volume && Signaling.Signal.FromNode(message) is { } signal ? relay.ToViewerAsync(volume, signal) : Task.CompletedTask;

    /// <summary>A viewer asks for servers that help to find a path, without a ticket: those that cost nobody anything.</summary>
    public IReadOnlyList<IceServer> IceServers() => Caller is { Volumes: null } client && client.Questions.TrySpend() ? iceServers.ForAnybody : [];

    /// <summary>The same with a ticket: relays too, if it is good.</summary>
    public IReadOnlyList<IceServer> IceServersFor(JsonElement question)
    {
        if (Caller is not { Volumes: null } client || !client.Questions.TrySpend())
        {
            return [];
        }

        return tickets.Read(Shape.Text(question, "ticket", Shape.MaxTicketLength)).Claims is { } claims ? iceServers.For(claims.Viewer) : iceServers.ForAnybody;
    }

    /// <summary>A viewer wants to be connected to the node that its ticket names.</summary>
    public async Task<OfferResult> Offer(JsonElement offer)
    {
        var result = await ConnectAsync(offer);
        metrics.Offered(result.Code);
        return result;
    }

    /// <summary>A viewer says something about a session of its own.</summary>
    public Task ViewerSignal(JsonElement message)
    {
        if (!Caller.Messages.TrySpend())
        {
            LogFlood();
            Context.Abort();
            return Task.CompletedTask;
        }

        return Signaling.Signal.FromViewer(message) is { } signal
            && sessions.Find(signal.Session) is { } session && session.ConnectionId == Context.ConnectionId && session.TryCountFromViewer()
            ? relay.ToNodeAsync(session, signal)
            : Task.CompletedTask;
    }

    private async Task<OfferResult> ConnectAsync(JsonElement offer)
    {
        if (Caller is not { Volumes: null } client || !client.Offers.TrySpend() || !limits.TryOffer(client.Address))
        {
            return OfferResult.Refused(SignalErrors.TooMany);
        }

        if (Shape.Text(offer, "sdp", Shape.MaxSdpLength) is not { } sdp)
        {
            return OfferResult.Refused(SignalErrors.BadOffer);
        }

        var ticket = Shape.Text(offer, "ticket", Shape.MaxTicketLength);
        var (claims, wrong) = tickets.Read(ticket);
        if (claims is null)
        {
            return OfferResult.Refused(wrong!);
        }

        var (node, error) = nodes.Find(claims.Volume);
        if (node is null)
        {
            return OfferResult.Refused(error!);
        }

        var session = new ViewerSession(instance.NewSession(), Context.ConnectionId, node);
        sessions.Add(session);
        if (client.Keep(session.Id) is { } former)
        {
            sessions.Remove(former);
        }

        await relay.ToNodeAsync(session, Signaling.Signal.Offer(session.Id, sdp, ticket!, iceServers.For(node.Volume)));
        return OfferResult.Accepted(session.Id);
    }

    [LoggerMessage(7001, LogLevel.Information, "The node of volume {Volume} has registered")]
    private partial void LogNodeRegistered(string volume);

    [LoggerMessage(7002, LogLevel.Information, "The node of volume {Volume} has left")]
    private partial void LogNodeLeft(string volume);

    [LoggerMessage(7003, LogLevel.Warning, "A node wants to serve a volume that its key does not speak for")]
    private partial void LogForeignVolume();

    [LoggerMessage(7004, LogLevel.Warning, "A viewer is turned away: there are as many as Signaling:MaxViewers and Signaling:MaxViewersPerAddress allow")]
    private partial void LogTooManyViewers();

    [LoggerMessage(7005, LogLevel.Warning, "A viewer that says too much is put out")]
    private partial void LogFlood();
}
