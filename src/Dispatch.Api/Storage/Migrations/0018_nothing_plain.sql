-- All of this stands sealed in "person" now. "lat" and "lng" hold the point to two decimals, for lists and maps.
alter table help_request drop column requester_name;
alter table help_request drop column requester_phone;
alter table help_request drop column requester_credit_code;
alter table help_request drop column requester_contact;
alter table help_request drop column address;
alter table help_request drop column given_lat;
alter table help_request drop column given_lng;
alter table member drop column name;
