using System.Collections.Concurrent;

namespace EventTorrent.Signaling;

/// <summary>The attempts of the viewers that are connected here: who may say something to which node, and hear of it.</summary>
internal sealed class ViewerSessions
{
    private readonly ConcurrentDictionary<string, ViewerSession> _sessions = new(StringComparer.Ordinal);

    public void Add(ViewerSession session) => _sessions[session.Id] = session;

    public ViewerSession? Find(string id) => _sessions.GetValueOrDefault(id);

    public void Remove(string id) => _sessions.TryRemove(id, out _);
}
