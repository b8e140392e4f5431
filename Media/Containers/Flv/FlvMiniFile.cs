using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Flv;

/// <summary>An FLV file of one picture, with the codec's description before it where there is one.</summary>
internal static class FlvMiniFile
{
    /// <summary>Descriptions are parameter sets of a few hundred bytes.</summary>
    public const int MaxDescriptionBytes = 64 * 1024;

    /// <summary>Signature, version 1, video only, nine bytes of header; then the length of the tag before the first, 0.</summary>
    private static ReadOnlySpan<byte> FileHeader => [(byte)'F', (byte)'L', (byte)'V', 1, 1, 0, 0, 0, 9, 0, 0, 0, 0];

    /// <param name="description">Content of the tag that describes the pictures, or nothing.</param>
    public static byte[] BuildHead(ReadOnlySpan<byte> description) =>
        description.IsEmpty ? FileHeader.ToArray() : [.. FileHeader, .. TagHeader(description.Length), .. description, .. Trailer(description.Length)];

    public static bool IsHead(ReadOnlySpan<byte> head) =>
        head.Length <= FileHeader.Length + MaxDescriptionBytes + FlvTag.HeaderLength + FlvTag.TrailerLength && head.StartsWith(FileHeader);

    /// <param name="keyframe">The tag as it is in the file.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Build(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe)
    {
        if (keyframe.Length <= FlvTag.HeaderLength)
            return [];

        var picture = keyframe[FlvTag.HeaderLength..];
        return [head, TagHeader(picture.Length), picture, Trailer(picture.Length)];
    }

    /// <summary>A video tag at time 0.</summary>
    private static byte[] TagHeader(int length) => [9, (byte)(length >> 16), (byte)(length >> 8), (byte)length, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Trailer(int length)
    {
        var bytes = new byte[FlvTag.TrailerLength];
        BinaryPrimitives.WriteInt32BigEndian(bytes, FlvTag.HeaderLength + length);
        return bytes;
    }
}
