namespace EventTorrent.Media.Tests;

public sealed class Choosing_keyframes
{
    [Fact]
    public void Shots_stand_in_the_middle_of_equal_parts()
    {
        var shots = ShotChooser.Choose(EverySecond(100), Seconds(100), 10);

        Assert.Equal([5, 15, 25, 35, 45, 55, 65, 75, 85, 95], shots.Select(shot => shot.WantedAt.TotalSeconds));
        Assert.Equal([5, 15, 25, 35, 45, 55, 65, 75, 85, 95], shots.Select(shot => shot.Keyframes[0].Time.TotalSeconds));
    }

    [Fact]
    public void Irregular_keyframes_are_chosen_once_each_and_in_order()
    {
        int[] times = [0, 1, 2, 3, 4, 5, 90, 91];

        var shots = ShotChooser.Choose([.. times.Select(time => Frame(time))], Seconds(100), 6);

        var chosen = shots.Select(shot => shot.Keyframes[0].Time).ToList();
        Assert.Equal(chosen.Distinct().Order(), chosen);
        Assert.Equal(6, chosen.Count);
    }

    [Fact]
    public void A_video_with_fewer_keyframes_gives_fewer_shots()
    {
        var shots = ShotChooser.Choose(EverySecond(3), Seconds(3), 10);

        Assert.Equal(3, shots.Count);
        Assert.All(shots, shot => Assert.Single(shot.Keyframes));
    }

    [Fact]
    public void Black_pictures_are_left_out_when_others_suffice()
    {
        var frames = EverySecond(40).Select(frame => frame.Time.Seconds % 4 == 0 ? frame with { Length = 99 } : frame).ToList();

        var shots = ShotChooser.Choose(frames, Seconds(40), 10);

        Assert.DoesNotContain(shots.SelectMany(shot => shot.Keyframes), frame => frame.Length == 99);
    }

    [Fact]
    public void Black_pictures_are_better_than_none()
    {
        var frames = EverySecond(5).Select(frame => frame.Time.Seconds == 2 ? frame with { Length = 1 } : frame).ToList();

        Assert.Equal(5, ShotChooser.Choose(frames, Seconds(5), 5).Count);
    }

    [Fact]
    public void Stand_ins_are_the_nearest_neighbours_and_nobody_elses()
    {
        var shots = ShotChooser.Choose(EverySecond(100), Seconds(100), 10);

        Assert.Equal([5, 4, 6, 3, 7], shots[0].Keyframes.Select(frame => frame.Time.TotalSeconds));
        var all = shots.SelectMany(shot => shot.Keyframes).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public void Keyframes_behind_the_end_of_the_claimed_duration_count()
    {
        var shots = ShotChooser.Choose(EverySecond(100), Seconds(0), 4);

        Assert.Equal(4, shots.Count);
        Assert.InRange(shots[^1].WantedAt.TotalSeconds, 80, 99);
    }

    [Fact]
    public void The_choice_is_the_same_each_time_and_in_any_order_of_the_index()
    {
        var frames = EverySecond(50);
        var shuffled = frames.ToArray();
        new Random(3).Shuffle(shuffled);

        var first = ShotChooser.Choose(frames, Seconds(50), 7).SelectMany(shot => shot.Keyframes);
        var second = ShotChooser.Choose(shuffled, Seconds(50), 7).SelectMany(shot => shot.Keyframes);

        Assert.Equal(first, second);
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static Keyframe Frame(int second) => new(second * 10_000L, 1000, Seconds(second), 0);

    private static List<Keyframe> EverySecond(int count) => [.. Enumerable.Range(0, count).Select(Frame)];
}
