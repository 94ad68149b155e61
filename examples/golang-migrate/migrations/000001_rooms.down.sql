drop table bookings, rooms;
