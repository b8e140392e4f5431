using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTorrent.Signaling;

/// <summary>One thing that a viewer or a node says to the other. What is not known of it is left out when it is passed on.</summary>
/// <param name="Json">As the other end gets it.</param>
internal sealed record Signal(string Type, string Session, string Json)
{
    public const string Candidate = "candidate";
    private const string Answer = "answer";
    private const string Bye = "bye";
    private const string Error = "error";

    public static Signal? FromViewer(JsonElement message) => Read(message, isNode: false);

    public static Signal? FromNode(JsonElement message) => Read(message, isNode: true);

    public static Signal Offer(string session, string sdp, string ticket, IReadOnlyList<IceServer> iceServers) => Of(new JsonObject
    {
        ["type"] = "offer",
        ["session"] = session,
        ["sdp"] = sdp,
        ["ticket"] = ticket,
        ["iceServers"] = JsonSerializer.SerializeToNode(iceServers),
    });

    public static Signal Refusal(string session, string code) =>
        Of(new JsonObject { ["type"] = Error, ["session"] = session, ["code"] = code });

    private static Signal? Read(JsonElement message, bool isNode)
    {
        if (Shape.Text(message, "session", 128) is not { } session || !Shape.IsSession(session))
        {
            return null;
        }

        return Shape.Text(message, "type", 16) switch
        {
            Candidate when Shape.Text(message, "candidate", Shape.MaxCandidateLength) is { } candidate
                && Shape.Text(message, "mid", 32) is { } mid && Shape.IsMid(mid) =>
                Of(new JsonObject { ["type"] = Candidate, ["session"] = session, ["candidate"] = candidate, ["mid"] = mid }),
            Bye => Of(new JsonObject { ["type"] = Bye, ["session"] = session }),
            Answer when isNode && Shape.Text(message, "sdp", Shape.MaxSdpLength) is { } sdp =>
                Of(new JsonObject { ["type"] = Answer, ["session"] = session, ["sdp"] = sdp }),
            Error when isNode && Shape.Text(message, "code", 32) is { } code && Shape.IsError(code) => Refusal(session, code),
            _ => null,
        };
    }

    private static Signal Of(JsonObject message) => new((string)message["type"]!, (string)message["session"]!, message.ToJsonString());
}
