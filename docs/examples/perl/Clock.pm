package Clock;

# The clock of step 5: it moves when dlscheck says so. Whole milliseconds since 1970.

use strict;
use warnings;
use Time::Local qw(timegm);

sub new {
    my ($class) = @_;
    return bless { passed => 0, ahead => 0, timers => [] }, $class;
}

# What the device's clock shows.
sub now {
    my ($self) = @_;
    return $self->{passed} + $self->{ahead};
}

# Does something once, after a delay; returns the timer.
sub call_later {
    my ($self, $delay, $act) = @_;
    my $timer = { due => $self->{passed} + $delay, act => $act };
    push @{ $self->{timers} }, $timer;
    return $timer;
}

sub cancel {
    my ($self, $timer) = @_;
    $self->{timers} = [grep { $_ != $timer } @{ $self->{timers} }];
    return;
}

# Lets time pass: each timer fires when it is due.
sub advance {
    my ($self, $to) = @_;
    my $end = $to - $self->{ahead};
    while (my $timer = $self->_first) {
        last if $timer->{due} > $end;
        $self->cancel($timer);
        $self->{passed} = $timer->{due} if $timer->{due} > $self->{passed};
        $timer->{act}->();
    }
    $self->{passed} = $end if $end > $self->{passed};
    return;
}

# Sets the device's clock; no time passes.
sub set {
    my ($self, $to) = @_;
    $self->{ahead} = $to - $self->{passed};
    return;
}

# When the next timer is due; undef: never.
sub next_timer {
    my ($self) = @_;
    my $timer = $self->_first;
    return $timer ? $timer->{due} + $self->{ahead} : undef;
}

sub _first {
    my ($self) = @_;
    my ($first) = sort { $a->{due} <=> $b->{due} } @{ $self->{timers} };
    return $first;
}

# The milliseconds of a text such as 2026-03-01T08:00:30.000Z, and back.
sub parse {
    my ($text) = @_;
    my ($year, $month, $day, $hour, $minute, $second, $rest) =
        $text =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(?:\.(\d+))?/ or die "no time: $text";
    my $thousandths = substr(($rest // '') . '000', 0, 3);
    return 1000 * timegm($second, $minute, $hour, $day, $month - 1, $year) + $thousandths;
}

sub render {
    my ($time) = @_;
    my ($second, $minute, $hour, $day, $month, $year) = gmtime int($time / 1000);
    return sprintf '%04d-%02d-%02dT%02d:%02d:%02d.%03dZ',
        $year + 1900, $month + 1, $day, $hour, $minute, $second, $time % 1000;
}

1;
