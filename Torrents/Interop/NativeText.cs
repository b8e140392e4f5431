using System.Runtime.InteropServices;

namespace EventTorrent.Torrents.Interop;

/// <summary>Zero-terminated UTF-8 copies that live as long as one native call needs them.</summary>
internal sealed class NativeText : IDisposable
{
    private readonly List<nint> _allocated = [];

    public nint Add(string text)
    {
        var copy = Marshal.StringToCoTaskMemUTF8(text);
        _allocated.Add(copy);
        return copy;
    }

    public void Dispose()
    {
        foreach (var copy in _allocated)
            Marshal.FreeCoTaskMem(copy);
        _allocated.Clear();
    }
}
