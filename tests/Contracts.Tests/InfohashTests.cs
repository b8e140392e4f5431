namespace EventTorrent.Contracts.Tests;

public sealed class InfohashTests
{
    private const string V1 = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";
    private const string V2 = "caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e";

    [Theory]
    [InlineData(V1, V1)]
    [InlineData("DD8255ECDC7CA55FB0BBF81323D87062DB1F6D1C", V1)]
    [InlineData("3WBFL3G4PSSV7MF37AJSHWDQMLNR63I4", V1)]
    [InlineData("3wbfl3g4pssv7mf37ajshwdqmlnr63i4", V1)]
    [InlineData(V2, V2)]
    public void Reads_hex_and_base32(string text, string hex) => Assert.Equal(hex, Infohash.Parse(text).ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dd8255ecdc7ca55fb0bbf81323d87062db1f6d1")]
    [InlineData("dd8255ecdc7ca55fb0bbf81323d87062db1f6d1cc")]
    [InlineData("gd8255ecdc7ca55fb0bbf81323d87062db1f6d1c")]
    [InlineData("dd8255ecdc7ca55fb0bbf81323d87062db1f6d1１")] // full-width digit
    [InlineData(" dd8255ecdc7ca55fb0bbf81323d87062db1f6d1")]
    [InlineData("3WBFL3G4PSSV7MF37AJSHWDQMLNR63I1")] // 1 is no base32 digit
    public void Refuses_what_is_none(string? text) => Assert.False(Infohash.TryParse(text, out _));

    [Fact]
    public void Has_one_task_id_however_it_is_written()
    {
        var id = Infohash.Parse(V1).ToTaskId();

        Assert.Equal(id, Infohash.Parse("3WBFL3G4PSSV7MF37AJSHWDQMLNR63I4").ToTaskId());
        Assert.NotEqual(id, Infohash.Parse(V2).ToTaskId());
        // Stored rows depend on this value: it must never change.
        Assert.Equal(Guid.Parse("e2418d3f-9ab2-59a4-a473-51dc63ab74e5"), id);
    }
}
